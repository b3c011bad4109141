# <sigma1> is an expectation value here, not a tag of HTML.
s/<\(sigma[a-z0-9_]*\)>/⟨\1⟩/g
s/<time>/TIME/g
# Which instances of a template are compiled is no news.
/^extern template/,/;/d
