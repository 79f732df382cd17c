#include "base/static_text.h"

#include <functional>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "base/utf8.h"

namespace penstock {
namespace {

struct Kept {
  std::mutex mutex;
  std::set<std::string, std::less<>> texts;  // Guarded by `mutex`; a node never moves.
};

// Outlives everything, also what is destroyed when the process ends.
Kept& kept() {
  static Kept& kept = *new Kept();
  return kept;
}

}  // namespace

const char* static_text(std::string_view text) {
  if (text.empty()) return nullptr;
  std::string valid;
  append_valid_utf8(valid, text.substr(0, kStaticTextBytesMax));
  valid.resize(utf8_prefix(valid, kStaticTextBytesMax).size());

  Kept& all = kept();
  const std::lock_guard guard(all.mutex);
  if (const auto found = all.texts.find(valid); found != all.texts.end()) return found->c_str();
  if (all.texts.size() == kStaticTextsMax) return "for a reason that was not kept";
  return all.texts.insert(std::move(valid)).first->c_str();
}

}  // namespace penstock
