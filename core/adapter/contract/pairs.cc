#include "adapter/contract/pairs.h"

#include "base/check.h"
#include "base/scratch.h"
#include "base/utf8.h"
#include "http/target.h"

namespace penstock::adapter {
namespace {

// A bad byte becomes three.
constexpr std::size_t kRepairFactor = 3;

}  // namespace

void Pairs::start(std::size_t bytes_max) {
  all_.clear();
  texts_.clear();
  texts_.reserve(kRepairFactor * bytes_max);
}

std::size_t Pairs::shrink(std::size_t keep_bytes) {
  start(0);
  return shrink_scratch(texts_, keep_bytes) + shrink_scratch(all_, keep_bytes);
}

// Earlier copies are lent out and must not move.
std::string_view Pairs::keep(std::string_view text) {
  const std::size_t begin = texts_.size();
  PENSTOCK_CHECK(texts_.capacity() - begin >= kRepairFactor * text.size());
  if (is_valid_utf8(text)) {
    texts_ += text;
  } else {
    append_valid_utf8(texts_, text);
  }
  return std::string_view(texts_).substr(begin);
}

void Pairs::add(std::string_view pairs) {
  const auto read = http::for_each_pair(
      pairs, [&](std::string_view name, std::string_view value) -> Result<void> {
        const std::string_view own_name = keep(name);
        all_.push_back({own_name, keep(value)});
        return {};
      });
  PENSTOCK_CHECK(read);  // The visitor does not fail, and no form is malformed.
}

std::string_view Pairs::value(std::string_view name) const {
  for (const Pair& pair : all_) {
    if (pair.name == name) return pair.value;
  }
  return {};
}

}  // namespace penstock::adapter
