# Formulas in ```math, as GitHub renders them, in the words of Doxygen.
/^```math$/,/^```$/{
s/^```math$/\\f[/
s/^```$/\\f]/
}
# Doxygen knows no places within a page by the names that GitHub gives them.
s/\[\([^]]*\)\](#[^)]*)/\1/g
s/\.md#[^)]*)/.md)/g
s/<\(sigma[a-z0-9_]*\)>/⟨\1⟩/g
