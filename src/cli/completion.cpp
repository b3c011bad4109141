#include "completion.hpp"

#include <CLI/CLI.hpp>

namespace mutauscan::cli {

std::string completion_script(const CLI::App& app, bool for_zsh) {
  std::string verbs, cases;
  for (const CLI::App* verb : app.get_subcommands({})) {
    verbs += verb->get_name() + " ";
    std::string options;
    for (const CLI::Option* option : verb->get_options()) {
      for (const std::string& name : option->get_lnames()) options += " --" + name;
      for (const std::string& name : option->get_snames()) options += " -" + name;
    }
    cases += "    " + verb->get_name() + ") options='" + options.substr(1) + "' ;;\n";
  }
  return std::string(for_zsh ? "autoload -Uz bashcompinit && bashcompinit\n" : "") +
         "# Completion for mutauscan, printed by `mutauscan completion`.\n"
         "_mutauscan() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} options=\n"
         "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
         "    COMPREPLY=($(compgen -W '" +
         verbs +
         "--help --version' -- \"$word\"))\n"
         "    return\n"
         "  fi\n"
         "  case ${COMP_WORDS[1]} in\n" +
         cases +
         "  esac\n"
         "  case $word in\n"
         "    -*) COMPREPLY=($(compgen -W \"$options\" -- \"$word\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n"
         "  esac\n"
         "}\n"
         "complete -o filenames -F _mutauscan mutauscan\n";
}

}  // namespace mutauscan::cli
