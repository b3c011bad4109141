#include <algorithm>

#include "mutauscan/models/model.hpp"

namespace mutauscan {

// One line for each kind of model.
const ModelKind& mutau_kind();
const ModelKind& type1_kind();
const ModelKind& reference_kind();

const std::vector<const ModelKind*>& model_kinds() {
  static const std::vector<const ModelKind*> kinds = {&mutau_kind(), &type1_kind(), &reference_kind()};
  return kinds;
}

const ModelKind* find_model_kind(std::string_view name) {
  for (const ModelKind* kind : model_kinds())
    if (kind->name == name) return kind;
  return nullptr;
}

std::string model_kind_choices() {
  std::string text;
  for (const ModelKind* kind : model_kinds()) text += (text.empty() ? "\"" : " | \"") + kind->name + '"';
  return text;
}

}  // namespace mutauscan
