#include "queue/letters/list.h"

#include <utility>

#include "base/bytes.h"
#include "base/text.h"
#include "queue/redis/keys.h"
#include "queue/spool/dead_letters.h"

namespace penstock::queue {
namespace {

constexpr RedisScript kRead{
    "local k, n_max, bytes_max = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]) "
    "local out, bytes, length = {}, 0, redis.call('LLEN', KEYS[1]) "
    "if k > length then k = length end "
    "while k > 0 and #out < 2 * n_max do "
    "local m = redis.call('LINDEX', KEYS[1], -k) bytes = bytes + #m "
    "if #out > 0 and bytes > bytes_max then break end "
    "out[#out + 1] = m out[#out + 1] = '' k = k - 1 end return {k, out}"};

constexpr RedisScript kMove{
    "if not redis.call('LPOS', KEYS[1], ARGV[1]) then return 0 end "
    "redis.call('LPUSH', KEYS[2], ARGV[2]) "
    "if ARGV[3] ~= '' then redis.call('SADD', KEYS[3], ARGV[3]) end "
    "return redis.call('LREM', KEYS[1], 1, ARGV[1])"};

constexpr RedisScript kRemove{"return redis.call('LREM', KEYS[1], 1, ARGV[1])"};

}  // namespace

std::optional<StoredLetter> read_letter_json(json::Reader& reader, std::string_view element) {
  StoredLetter letter;
  bool has_message = false;
  const auto read = reader.read(element, [&](json::Value& root) -> Result<void> {
    return root.members([&](std::string_view key, json::Value& value) -> Result<void> {
      if (key == "at" && value.kind() == json::Kind::kNumber) {
        const auto at_ms = value.integer();
        if (!at_ms) return fail(at_ms.error());
        letter.at_ms = *at_ms;
      }
      if (value.kind() != json::Kind::kString) return {};
      const auto text = value.string();
      if (!text) return fail(text.error());
      if (key == "reason") letter.reason = *text;
      if (key == "origin") letter.origin = *text;
      if (key != "message") return {};
      auto message = parse_base64(*text);
      if (!message) return fail(ErrorCode::kRejected, "read a dead letter: no base64");
      letter.message = std::move(*message);
      has_message = true;
      return {};
    });
  });
  if (!read || !has_message) return std::nullopt;
  reserve_padding(letter.message);
  return letter;
}

ListLetters::ListLetters(RedisClient& client, const RedisOptions& options)
    : RedisLetters(client, RedisKeys(options.key).dead(), {'r', "LLEN", kRead, kMove, kRemove}),
      options_(options) {}

StoredLetter ListLetters::letter_of(std::string_view element, std::string_view /*score*/) {
  std::string text(element);
  reserve_padding(text);
  auto letter = read_letter_json(reader_, text);
  if (!letter) {
    letter.emplace();
    letter->reason = "not written by Penstock: shown as it is";
    letter->message = std::move(text);
  }
  letter->place = "redis";
  return std::move(*letter);
}

RedisLetters::Return ListLetters::return_of(std::string_view element) {
  return {options_.key, options_.sidekiq_queue, letter_of(element, "").message};
}

}  // namespace penstock::queue
