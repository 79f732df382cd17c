// A blocking connection to Redis for the worker and the console: connects when it is needed, with
// back-off, by the same way as the link (dialer.h), and gives every call a deadline.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "io/loop.h"
#include "io/timer.h"
#include "queue/redis/dialer.h"
#include "queue/redis/down_report.h"
#include "queue/redis/network.h"
#include "queue/redis/options.h"
#include "queue/redis/topology.h"

struct redisReader;
struct redisReply;

namespace penstock::queue {

// A Lua script. Each key that it touches is one of its KEYS.
struct RedisScript {
  std::string_view text;  // Static storage.
};

class RedisClient final : private RedisWireEvents {
 public:
  struct FreeReply {
    void operator()(redisReply* reply) const noexcept;
  };
  using Reply = std::unique_ptr<redisReply, FreeReply>;
  using Arguments = std::span<const std::string_view>;
  using Words = std::initializer_list<std::string_view>;

  // Borrows all but `options`. Connects with the first call.
  RedisClient(const RedisOptions& options, const Clock& clock,
              Resolver& resolver = system_resolver(), Connector& connector = system_connector());
  RedisClient(const RedisClient&) = delete;
  RedisClient& operator=(const RedisClient&) = delete;
  ~RedisClient();

  // An error reply is a reply. kDisconnected: not now. kConfiguration where Redis refuses who we
  // are, or is too old. For as long as the back-off lasts the same error comes again, at once.
  // Blocks no longer than queue.timeout_ms in all until the reply begins; the rest of a long one
  // may take longer, as long as it comes on. A command that waits in Redis may do so for `wait_ms`
  // more.
  Result<Reply> call(Arguments arguments, std::int64_t wait_ms = 0);
  Result<Reply> call(Words arguments, std::int64_t wait_ms = 0) {
    return call(Arguments(arguments.begin(), arguments.size()), wait_ms);
  }

  // Runs a script by its name (EVALSHA), which this Redis is taught where it does not know it.
  Result<Reply> run(const RedisScript& script, Arguments keys, Arguments arguments);
  Result<Reply> run(const RedisScript& script, Words keys, Words arguments) {
    return run(script, Arguments(keys.begin(), keys.size()),
               Arguments(arguments.begin(), arguments.size()));
  }

 private:
  struct FreeReader {
    void operator()(redisReader* reader) const noexcept;
  };
  void on_bytes(std::string_view bytes) override;
  void on_closed(const Error& error) override;
  void on_deadline();

  Result<void> connect();
  Result<void> dial(const RedisAddress& address);
  Result<void> greet(const RedisAddress& address);
  Result<Reply> exchange(Arguments arguments);
  Result<std::string> name_of(const RedisScript& script);
  std::int64_t left_ms() const;
  void end_wait(const Error& error);
  Error lost(const Error& error);

  const RedisOptions options_;
  const Clock& clock_;
  Resolver& resolver_;
  Connector& connector_;
  Random random_;
  const std::unique_ptr<RedisTopology> topology_;
  // Runs while a call does. Made with the first connection, and kept for an answer about the name
  // that comes too late for one.
  std::optional<io::Loop> loop_;
  std::optional<RedisDialer> dialer_;
  std::optional<io::Timer> deadline_;
  std::unique_ptr<RedisWire> wire_;  // Null: not connected.
  std::unique_ptr<redisReader, FreeReader> reader_;
  Reply reply_;                   // Of the command that is waited for, as these.
  std::optional<Error> failure_;  // Instead of it.
  bool is_looking_again_ = false;
  std::map<std::string_view, std::string> script_names_;  // By text; the same on every server.
  std::string address_text_;                              // Of the last attempt, for the log.
  std::int64_t due_us_ = 0;                               // Of the call that runs.
  std::int64_t retry_at_us_ = 0;
  std::uint32_t failures_ = 0;
  std::optional<Error> last_error_;  // What the back-off is for.
  DownReport report_;
  bool is_greeting_ = false;
};

}  // namespace penstock::queue
