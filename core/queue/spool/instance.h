// A process's own folder in the spool, shared by its reactors: the lock that says that the process
// lives, and how many bytes the whole spool holds.
//
// Safe from every thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/error.h"
#include "files/file_lock.h"
#include "queue/spool/census.h"

namespace penstock::queue {

class SpoolInstance {
 public:
  // The process's instance in `spool`, made for the first reactor that asks and gone with the last.
  static Result<std::shared_ptr<SpoolInstance>> shared(const std::string& spool);

  // One that nobody shares.
  static Result<std::shared_ptr<SpoolInstance>> make(const std::string& spool);

  SpoolInstance(std::string spool, std::string name, files::FileLock lock);
  SpoolInstance(const SpoolInstance&) = delete;
  SpoolInstance& operator=(const SpoolInstance&) = delete;
  ~SpoolInstance();

  const std::string& spool() const { return spool_; }
  const std::string& name() const { return name_; }

  // Bytes of all instances: as last measured, and what was added since.
  std::uint64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }
  void add_bytes(std::uint64_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }

  // Messages that wait in all instances, as last measured.
  std::uint64_t batches() const { return batches_.load(std::memory_order_relaxed); }
  // Segments that could not be read and lie aside, as last measured.
  std::uint64_t bad_segments() const { return bad_segments_.load(std::memory_order_relaxed); }
  // Adds what was written since.
  void add_batches(std::uint64_t count) { batches_.fetch_add(count, std::memory_order_relaxed); }

  // True at most once a period, for whichever reactor asks first.
  bool take_turn_to_measure(std::int64_t now_us);
  // Reads the folder. Blocking, and slow where there are many segments, so it has no place before a
  // commit. Nothing where somebody else is at it.
  void measure();

 private:
  const std::string spool_;
  const std::string name_;
  const files::FileLock lock_;
  std::atomic<std::uint64_t> bytes_{0};
  std::atomic<std::uint64_t> batches_{0};
  std::atomic<std::uint64_t> bad_segments_{0};
  std::atomic<std::int64_t> measure_at_us_{0};
  std::mutex measuring_;
  SpoolCensus census_;  // Guarded by `measuring_`.
};

}  // namespace penstock::queue
