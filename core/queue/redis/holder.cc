#include "queue/redis/holder.h"

#include <string_view>

#include <hiredis.h>

#include "base/text.h"
#include "queue/redis/call.h"
#include "queue/redis/keys.h"

namespace penstock::queue {
namespace {

// The number behind "name": in what RedisConsumer shows; 0 where it is not there.
std::int64_t number_of(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(str_cat("\"", name, "\":"));
  if (at == std::string_view::npos) return 0;
  const std::string_view rest = text.substr(at + name.size() + 3);
  return parse_int(rest.substr(0, rest.find_first_not_of("0123456789"))).value_or(0);
}

}  // namespace

Result<std::vector<SeenWorker>> read_holder(RedisClient& client, const std::string& key) {
  const RedisKeys keys(key);
  const auto lease = redis_ok(client.call({"GET", keys.lease()}), "read who has the Redis list");
  if (!lease) return fail(lease.error());
  if ((*lease)->type != REDIS_REPLY_STRING) return std::vector<SeenWorker>();
  SeenWorker one;
  one.identity.assign((*lease)->str, (*lease)->len);
  const auto claim =
      redis_ok(client.call({"GET", keys.working(one.identity)}), "read what a worker has in hand");
  if (!claim) return fail(claim.error());
  if ((*claim)->type == REDIS_REPLY_STRING) {
    const std::string_view text((*claim)->str, (*claim)->len);
    one.busy = static_cast<std::uint64_t>(number_of(text, "messages"));
    one.busy_ms = number_of(text, "at");
  }
  return std::vector<SeenWorker>{one};
}

}  // namespace penstock::queue
