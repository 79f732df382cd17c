#include "queue/redis/receipts.h"

#include <algorithm>

#include "base/text.h"

namespace penstock::queue {
namespace {

constexpr std::size_t kEdgeBytes = 256;

// `put` may be refused as a whole, as where nothing can be written.
constexpr std::string_view kCommon =
    "local function mark(m) return #m..':'..string.sub(m,1,256)..string.sub(m,-256) end "
    "local function put(holder, open, alone, left, deaths, mark) "
    "if type(redis.pcall('DEL', KEYS[2])) ~= 'table' then "
    "redis.call('HSET', KEYS[2], 'holder', holder, 'open', open, 'alone', alone, 'left', left, "
    "'deaths', deaths, 'mark', mark) end end "
    "local function get() local r = redis.pcall('HMGET', KEYS[2], 'holder', 'open', 'alone', "
    "'left', 'deaths', 'mark') if r.err then r = {} end "
    "return {holder = r[1], open = r[2] == '1', alone = r[3] == '1', left = tonumber(r[4] or 0), "
    "deaths = tonumber(r[5] or 0), mark = r[6] or ''} end "
    "local function finish(holder) local was = get() if was.holder ~= holder then return end "
    "if was.alone and was.left > 1 then put(holder, 0, 1, was.left - 1, 0, '') "
    "else redis.pcall('DEL', KEYS[2]) end end ";

// What whoever claims finds, and whether messages are claimed alone: where somebody died with some.
constexpr std::string_view kLook =
    "local function look(holder) local was = get() if not was.holder then return was, false end "
    "local died = was.open and was.holder ~= holder "
    "if was.alone and died then was.deaths = was.deaths + 1 end "
    "return was, was.alone or died end ";

// Messages are read in small steps, because how long they are is known only once they are read: the
// first one, and then as many as have room where they are as long as those before, 16 at most.
constexpr std::string_view kRead =
    "local function read(skip, n_max, bytes_max) local out, n, bytes, piece = {}, 0, 0, 1 "
    "while n < n_max do local done = skip + n "
    "local part = redis.call('LRANGE', KEYS[1], -done - piece, -done - 1) "
    "for i = #part, 1, -1 do local m = part[i] "
    "if n == n_max or (n > 0 and bytes + #m > bytes_max) then return out end "
    "n = n + 1 out[n] = m bytes = bytes + #m end "
    "if #part < piece then return out end "
    "piece = math.max(1, math.min(16, math.floor((bytes_max - bytes) / bytes * n))) end "
    "return out end ";

constexpr std::string_view kIsTail =
    "local function is_tail(n, oldest, newest) "
    "local old, new = redis.call('LINDEX', KEYS[1], -1), redis.call('LINDEX', KEYS[1], -n) "
    "return old and new and mark(old) == oldest and mark(new) == newest end ";

constexpr std::string_view kClaim =
    "local holder, was, alone = ARGV[3], look(ARGV[3]) "
    "local out = read(0, alone and 1 or tonumber(ARGV[1]), tonumber(ARGV[2])) "
    "if #out == 0 then if was.holder then redis.pcall('DEL', KEYS[2]) end return {0, 0, out} end "
    "local first = mark(out[1]) "
    "local deaths = alone and first == was.mark and was.deaths or 0 "
    "put(holder, 1, (#out == 1) and 1 or 0, alone and was.left or #out, deaths, first) "
    "return {deaths + 1, alone and 1 or 0, out}";

constexpr std::string_view kReadAhead =
    "return read(tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))";

constexpr std::string_view kClaimRead =
    "local holder, n, first = ARGV[1], tonumber(ARGV[2]), ARGV[3] "
    "local _, alone = look(holder) "
    "if alone or not is_tail(n, first, ARGV[4]) then return 0 end "
    "put(holder, 1, (n == 1) and 1 or 0, n, 0, first) return 1";

constexpr std::string_view kRelease =
    "local n = tonumber(ARGV[2]) if not is_tail(n, ARGV[3], ARGV[4]) then return 0 end "
    "redis.call('LTRIM', KEYS[1], 0, -n - 1) finish(ARGV[1]) return 1";

// Looks no further up than twice the claim: what was pushed behind it is above.
constexpr std::string_view kRemove =
    "local left, removed = {}, 0 "
    "for i = 2, #ARGV do left[ARGV[i]] = (left[ARGV[i]] or 0) + 1 end "
    "local tail = redis.call('LRANGE', KEYS[1], -2 * (#ARGV - 1), -1) "
    "for i = #tail, 1, -1 do local m = tail[i] local k = mark(m) "
    "if (left[k] or 0) > 0 then left[k] = left[k] - 1 "
    "removed = removed + redis.call('LREM', KEYS[1], -1, m) end end "
    "finish(ARGV[1]) return removed";

constexpr std::string_view kGiveUp =
    "local was = get() if was.holder ~= ARGV[1] then return 0 end "
    "if was.alone then put(ARGV[1], 0, 1, was.left, was.deaths, was.mark) "
    "else redis.pcall('DEL', KEYS[2]) end return 1";

}  // namespace

std::string mark_of(std::string_view message) {
  const std::size_t edge = std::min(message.size(), kEdgeBytes);
  return str_cat(message.size(), ":", message.substr(0, edge),
                 message.substr(message.size() - edge));
}

const RedisScript& claim_script() {
  static const std::string text = str_cat(kCommon, kLook, kRead, kClaim);
  static const RedisScript script{text};
  return script;
}

const RedisScript& read_ahead_script() {
  static const std::string text = str_cat(kRead, kReadAhead);
  static const RedisScript script{text};
  return script;
}

const RedisScript& claim_read_script() {
  static const std::string text = str_cat(kCommon, kLook, kIsTail, kClaimRead);
  static const RedisScript script{text};
  return script;
}

const RedisScript& release_script() {
  static const std::string text = str_cat(kCommon, kIsTail, kRelease);
  static const RedisScript script{text};
  return script;
}

const RedisScript& remove_script() {
  static const std::string text = str_cat(kCommon, kRemove);
  static const RedisScript script{text};
  return script;
}

const RedisScript& give_up_script() {
  static const std::string text = str_cat(kCommon, kGiveUp);
  static const RedisScript script{text};
  return script;
}

}  // namespace penstock::queue
