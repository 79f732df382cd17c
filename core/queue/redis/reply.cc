#include "queue/redis/reply.h"

#include "base/text.h"

namespace penstock::queue {
namespace {

std::optional<std::uint64_t> number_after(std::string_view info, std::string_view name) {
  for (std::size_t at = info.find(name); at != std::string_view::npos;
       at = info.find(name, at + 1)) {
    const bool is_line_start = at == 0 || info[at - 1] == '\n';
    if (!is_line_start) continue;
    const std::string_view rest = info.substr(at + name.size());
    const auto number = parse_int(rest.substr(0, rest.find_first_of("\r\n")));
    if (!number || *number < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*number);
  }
  return std::nullopt;
}

}  // namespace

Refusal refusal_of(std::string_view error_text) {
  const std::string_view word = error_text.substr(0, error_text.find(' '));
  if (word == "OOM") return Refusal::kFull;
  for (const std::string_view here : {"READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN"}) {
    if (word == here) return Refusal::kNotHere;
  }
  for (const std::string_view forbidden :
       {"NOAUTH", "WRONGPASS", "NOPERM", "WRONGTYPE", "MOVED", "ASK"}) {
    if (word == forbidden) return Refusal::kForbidden;
  }
  return Refusal::kNotNow;
}

Error to_error(Refusal refusal, const char* step) {
  switch (refusal) {
    case Refusal::kFull:
    case Refusal::kNotNow:
      return {ErrorCode::kOverloaded, 0, step};
    case Refusal::kNotHere:
      return {ErrorCode::kDisconnected, 0, step};
    case Refusal::kForbidden:
      return {ErrorCode::kConfiguration, 0, step};
  }
  return {ErrorCode::kOverloaded, 0, step};
}

std::optional<RedisMemory> parse_memory(std::string_view info) {
  const auto used = number_after(info, "used_memory:");
  if (!used) return std::nullopt;
  return RedisMemory{*used, number_after(info, "maxmemory:").value_or(0)};
}

bool is_forgetful(std::string_view info) { return number_after(info, "aof_enabled:") == 0U; }

}  // namespace penstock::queue
