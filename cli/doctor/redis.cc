// Whether Redis, where it is the queue, keeps what it has acknowledged.
#include <string>

#include "app/program.h"
#include "base/text.h"
#include "cli/doctor/checks.h"
#include "queue/redis/audit.h"
#include "queue/redis/client.h"
#include "queue/redis/options.h"

namespace penstock::cli {

void check_redis(const Examined& examined, Findings& findings) {
  if (examined.config.queue.url.starts_with("spool:")) {
    return findings.ok("not used: the spool is the queue");
  }
  const auto options = queue::redis_options(app::consumer_options(examined.config).queue);
  if (!options) return findings.fail(to_text(options.error()), "queue.url", "correct it");
  const std::string name = options->address.text();
  queue::RedisClient client(*options, examined.clock);
  const auto lacks = queue::audit_redis(client, *options);
  if (!lacks) {
    const bool is_refused = lacks.error().code == ErrorCode::kConfiguration;
    return findings.fail(
        str_cat(to_text(lacks.error()), "; events go to the spool meanwhile"), name,
        is_refused ? "correct what it names, here or in Redis"
                   : "start it, or correct queue.url; `penstock setup redis` makes one");
  }
  for (const queue::RedisLack& lack : *lacks) findings.warn(lack.what, name, lack.fix);
  if (lacks->empty()) findings.ok("keeps what it has acknowledged", name);
}

}  // namespace penstock::cli
