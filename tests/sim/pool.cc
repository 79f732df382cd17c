#include "sim/pool.h"

#include <iterator>
#include <memory>
#include <utility>

#include <dlfcn.h>

#include "base/check.h"

namespace {

penstock::sim::Pool* simulated = nullptr;

}  // namespace

// In place of libuv's, for all of this program.
extern "C" int uv_queue_work(uv_loop_t* loop, uv_work_t* request, uv_work_cb work,
                             uv_after_work_cb after) {
  if (simulated != nullptr) {
    simulated->add(request, work, after);
    return 0;
  }
  using QueueWork = int (*)(uv_loop_t*, uv_work_t*, uv_work_cb, uv_after_work_cb);
  static const auto real = reinterpret_cast<QueueWork>(::dlsym(RTLD_NEXT, "uv_queue_work"));
  return real(loop, request, work, after);
}

namespace penstock::sim {

struct Pool::Job {
  uv_work_t* request = nullptr;
  uv_work_cb work = nullptr;
  uv_after_work_cb after = nullptr;
  bool is_done = false;
  std::unique_ptr<io::Timer> timer;
};

Pool::Pool(io::Loop& loop, Random& random) : loop_(loop), random_(random) {
  PENSTOCK_CHECK(simulated == nullptr);
  simulated = this;
}

Pool::~Pool() {
  die();
  simulated = nullptr;
}

void Pool::die() {
  // Their ends only clear them away.
  for (const Job& job : std::exchange(jobs_, {})) job.after(job.request, 0);
}

void Pool::add(uv_work_t* request, uv_work_cb work, uv_after_work_cb after) {
  const auto job = jobs_.insert(jobs_.end(), Job{request, work, after, false, nullptr});
  job->timer = std::make_unique<io::Timer>(loop_, [this, job] { go_on(job); });
  job->timer->start_once(some_ms());
}

std::int64_t Pool::some_ms() {
  return static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(slowest_ms_) + 1));
}

void Pool::go_on(std::list<Job>::iterator job) {
  if (!std::exchange(job->is_done, true)) {
    job->work(job->request);
    return job->timer->start_once(some_ms());
  }
  const Job done = std::move(*job);
  jobs_.erase(job);
  done.after(done.request, 0);
}

}  // namespace penstock::sim
