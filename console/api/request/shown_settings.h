// The settings in effect, as people may see them: made by the loop at the start and at a reload,
// read by any thread.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace penstock::console {

struct ShownSetting {
  std::string name;         // "queue.url".
  std::string value;        // As TOML writes it, without passwords.
  std::string set_at;       // Place and line, a variable or --set; "" for one by default.
  bool is_waiting = false;  // It is something else there by now, and taken at the next start.
};

class ShownSettings {
 public:
  using List = std::vector<ShownSetting>;

  void set(List settings) {
    auto fresh = std::make_shared<const List>(std::move(settings));
    const std::lock_guard lock(mutex_);
    list_.swap(fresh);
  }
  // Those of one moment.
  std::shared_ptr<const List> get() const {
    const std::lock_guard lock(mutex_);
    return list_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const List> list_ = std::make_shared<const List>();  // Guarded by mutex_.
};

}  // namespace penstock::console
