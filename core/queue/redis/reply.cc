#include "queue/redis/reply.h"

#include <algorithm>

#include "base/static_text.h"
#include "base/text.h"
#include "queue/redis/server_info.h"

namespace penstock::queue {
namespace {

std::optional<std::uint64_t> number_of(std::string_view info, std::string_view name) {
  const auto number = parse_int(info_value(info, name));
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

}  // namespace

WriteRefusal refusal_of(std::string_view error_text) {
  // Up to Redis 6 a script's error names the script first: "ERR … @user_script:1: OOM command …".
  if (const std::size_t at = error_text.find("@user_script:");
      at != std::string_view::npos && error_text.starts_with("ERR ")) {
    const std::string_view rest = error_text.substr(at);
    error_text =
        rest.substr(std::min(rest.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), rest.size()));
  }
  const std::string_view word = error_text.substr(0, error_text.find(' '));
  if (word == "OOM") return WriteRefusal::kFull;
  for (const std::string_view here : {"READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN"}) {
    if (word == here) return WriteRefusal::kNotHere;
  }
  for (const std::string_view forbidden :
       {"NOAUTH", "WRONGPASS", "NOPERM", "WRONGTYPE", "MOVED", "ASK"}) {
    if (word == forbidden) return WriteRefusal::kForbidden;
  }
  return WriteRefusal::kNotNow;
}

Error to_error(std::string_view error_text, const char* step) {
  const char* words = static_text(error_text);
  switch (refusal_of(error_text)) {
    case WriteRefusal::kFull:
    case WriteRefusal::kNotNow:
      return {ErrorCode::kOverloaded, 0, step, words};
    case WriteRefusal::kNotHere:
      return {ErrorCode::kDisconnected, 0, step, words};
    case WriteRefusal::kForbidden:
      return {ErrorCode::kConfiguration, 0, step, words};
  }
  return {ErrorCode::kOverloaded, 0, step, words};
}

std::optional<RedisMemory> parse_memory(std::string_view info) {
  const auto used = number_of(info, "used_memory");
  if (!used) return std::nullopt;
  return RedisMemory{*used, number_of(info, "maxmemory").value_or(0)};
}

bool is_forgetful(std::string_view info) { return number_of(info, "aof_enabled") == 0U; }

}  // namespace penstock::queue
