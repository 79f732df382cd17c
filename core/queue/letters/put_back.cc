#include "queue/letters/put_back.h"

#include <vector>

#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue/redis/call.h"
#include "queue/spool/writer.h"

namespace penstock::queue {
namespace {

// For this thread and the files it makes, as long as it lives.
class OwnerOf {
 public:
  explicit OwnerOf(const std::string& folder) {
    struct stat info {};
    if (::geteuid() != 0 || ::stat(folder.c_str(), &info) != 0) return;
    gid_ = ::setfsgid(info.st_gid);
    uid_ = ::setfsuid(info.st_uid);
    is_changed_ = true;
  }
  OwnerOf(const OwnerOf&) = delete;
  OwnerOf& operator=(const OwnerOf&) = delete;
  ~OwnerOf() {
    if (!is_changed_) return;
    ::setfsuid(static_cast<uid_t>(uid_));
    ::setfsgid(static_cast<gid_t>(gid_));
  }

 private:
  int uid_ = 0;
  int gid_ = 0;
  bool is_changed_ = false;
};

}  // namespace

PutBack put_back_to_spool(const SpoolOptions& options, const Clock& clock) {
  return [options, &clock](std::span<const std::string_view> messages) -> Result<void> {
    const OwnerOf owner(options.path);
    auto instance = SpoolInstance::make(options.path);
    if (!instance) return fail(instance.error());
    SpoolWriter writer(std::move(*instance), options, 0);
    std::uint64_t bytes = 0;
    for (const std::string_view message : messages) bytes += message.size();
    if (!writer.has_room(bytes)) {
      return fail(ErrorCode::kOverloaded, "put a dead letter back: the spool is full");
    }
    return writer.append(messages, clock.wall_ms());
  };
}

PutBack put_back_to_redis(const RedisOptions& options, RedisClient& client) {
  return [options, &client](std::span<const std::string_view> messages) -> Result<void> {
    if (!options.sidekiq_queue.empty()) {
      PENSTOCK_TRY(redis_put_back(client.call({"SADD", "queues", options.sidekiq_queue})));
    }
    std::vector<std::string_view> command = {"LPUSH", options.key};
    command.insert(command.end(), messages.begin(), messages.end());
    PENSTOCK_TRY(redis_put_back(client.call(command)));
    return {};
  };
}

}  // namespace penstock::queue
