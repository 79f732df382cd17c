#include "queue/redis/keys.h"

#include "base/text.h"

namespace penstock::queue {
namespace {

// As a cluster looks for it: what is between the first { and the } behind it, unless that is empty.
bool has_hash_tag(std::string_view key) {
  const std::size_t open = key.find('{');
  if (open == std::string_view::npos) return false;
  const std::size_t close = key.find('}', open);
  return close != std::string_view::npos && close > open + 1;
}

}  // namespace

RedisKeys::RedisKeys(std::string_view key, HashTag tag) : list_(key), base_(key) {
  if (tag == HashTag::kShared && !has_hash_tag(key)) base_ = str_cat("{", key, "}");
}

std::string RedisKeys::named(std::string_view what) const { return str_cat(base_, ":", what); }

std::string RedisKeys::working(std::string_view worker) const {
  return str_cat(base_, ":working:", worker);
}

}  // namespace penstock::queue
