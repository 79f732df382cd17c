#include "queue/spool/instance.h"

#include <cerrno>
#include <chrono>
#include <map>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "base/text.h"
#include "files/folder.h"
#include "queue/spool/folder.h"

namespace penstock::queue {
namespace {

constexpr std::int64_t kMeasurePeriodUs = 1'000'000;

struct Registry {
  std::mutex mutex;
  std::map<std::string, std::weak_ptr<SpoolInstance>> instances;
};

Registry& registry() {
  static Registry instance;
  return instance;
}

// "1795515837312415-2711-9f86d081": names sort by start, to the microsecond.
std::string new_instance_name() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const std::string us =
      str_cat(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
  const std::uint64_t nonce = Random::from_system().next();
  std::string name = std::string(us.size() < 16 ? 16 - us.size() : 0, '0') + us;
  append_text(name, "-");
  append_text(name, ::getpid());
  append_text(name, "-");
  append_hex(name, std::string_view(reinterpret_cast<const char*>(&nonce), 4));
  return name;
}

}  // namespace

Result<std::shared_ptr<SpoolInstance>> SpoolInstance::shared(const std::string& spool) {
  Registry& all = registry();
  const std::lock_guard guard(all.mutex);
  std::weak_ptr<SpoolInstance>& known = all.instances[spool];
  if (auto instance = known.lock()) return instance;
  auto made = make(spool);
  if (made) known = *made;
  return made;
}

// The folder gets its name only once its lock is held: until then nobody takes it for a dead one.
Result<std::shared_ptr<SpoolInstance>> SpoolInstance::make(const std::string& spool) {
  PENSTOCK_TRY(make_spool_folder(spool));
  const std::string name = new_instance_name();
  const std::string folder = spool + "/" + name;
  const std::string unnamed = spool + "/new-" + name;
  PENSTOCK_TRY(make_spool_folder(unnamed));
  auto lock = files::FileLock::try_take(unnamed + "/lock");
  if (!lock) return fail(lock.error());
  if (!*lock || ::rename(unnamed.c_str(), folder.c_str()) != 0) {
    return fail(ErrorCode::kConfiguration, errno, "create a folder of the spool");
  }
  // Made before the sync: where that fails its end removes the folder.
  auto instance = std::make_shared<SpoolInstance>(spool, name, std::move(**lock));
  PENSTOCK_TRY(files::sync_folder(spool));
  // No more than has to be known before the first commit.
  instance->bytes_.store(spool_bytes_on_disk(spool), std::memory_order_relaxed);
  return instance;
}

SpoolInstance::SpoolInstance(std::string spool, std::string name, files::FileLock lock)
    : spool_(std::move(spool)), name_(std::move(name)), lock_(std::move(lock)), census_(spool_) {}

SpoolInstance::~SpoolInstance() { remove_instance_if_done(spool_, name_); }

bool SpoolInstance::take_turn_to_measure(std::int64_t now_us) {
  std::int64_t due = measure_at_us_.load(std::memory_order_relaxed);
  return now_us >= due && measure_at_us_.compare_exchange_strong(due, now_us + kMeasurePeriodUs,
                                                                 std::memory_order_relaxed);
}

void SpoolInstance::measure() {
  const std::unique_lock is_ours(measuring_, std::try_to_lock);
  if (!is_ours) return;
  const std::uint64_t bytes_before = bytes();
  const std::uint64_t batches_before = batches();
  const auto totals = census_.take();
  if (!totals) return;
  // What is added meanwhile may or may not be in the totals: it counts.
  bytes_.fetch_add(totals->bytes - bytes_before, std::memory_order_relaxed);
  batches_.fetch_add(totals->batches - batches_before, std::memory_order_relaxed);
  bad_segments_.store(totals->bad_segments, std::memory_order_relaxed);
}

}  // namespace penstock::queue
