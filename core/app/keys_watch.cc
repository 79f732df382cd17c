#include "app/keys_watch.h"

#include <utility>

#include "base/log.h"
#include "server/metrics.h"

namespace penstock::app {
namespace {

// Two calls of stat() each time.
constexpr std::int64_t kLookMs = 500;

}  // namespace

KeysWatch::KeysWatch(io::Loop& loop, std::function<void(const intake::Keys& all)> on_changed)
    : on_changed_(std::move(on_changed)), timer_(loop, [this] { look(); }) {}

intake::Keys KeysWatch::take(const Config& config, intake::Keys roots) {
  if (files_[0].path != config.keys_path()) files_[0] = {config.keys_path(), {}, {}, false};
  files_[1].path = config.console_keys_path();
  files_[0].keys = std::move(roots);
  // A change between the two readings of the first file is seen at the next look.
  for (File& file : files_) static_cast<void>(read(file));
  if (!timer_.is_armed()) timer_.start_every(kLookMs);
  return all();
}

bool KeysWatch::read(File& file) {
  const files::Look now({file.path});
  if (now == file.look) return false;
  file.look = now;
  auto keys = intake::read_keys(file.path);
  file.is_faulty = !keys;
  if (keys) {
    file.keys = *std::move(keys);
    return true;
  }
  ++faults_;
  log_warn("ingest.keys_unreadable", "the keys file cannot be read, its old keys stay",
           {{"file", file.path}, {"error", to_text(keys.error())}});
  return false;
}

intake::Keys KeysWatch::all() const {
  intake::Keys all = files_[0].keys;
  all.insert(all.end(), files_[1].keys.begin(), files_[1].keys.end());
  return all;
}

void KeysWatch::look() {
  bool is_changed = false;
  for (File& file : files_) is_changed = read(file) || is_changed;
  if (!is_changed) return;
  const intake::Keys keys = all();
  log_info("ingest", "keys read", {{"keys", keys.size()}});
  on_changed_(keys);
}

void KeysWatch::append_metrics(std::string& out) const {
  server::MetricsWriter writer(out);
  writer.family("penstock_ingest_keys", "gauge", "Keys in use, revoked ones included, by file.");
  writer.sample({{"file", "keys"}}, static_cast<double>(files_[0].keys.size()));
  writer.sample({{"file", "console"}}, static_cast<double>(files_[1].keys.size()));
  writer.family("penstock_ingest_keys_unreadable_total", "counter",
                "Times that a keys file had changed and could not be read; its old keys stayed.");
  writer.sample(static_cast<double>(faults_));
}

void KeysWatch::write_files(json::Writer& writer) const {
  writer.begin_array();
  for (const File& file : files_) {
    writer.begin_object().member("path", file.path).member("keys", file.keys.size());
    writer.member("is_faulty", file.is_faulty).end_object();
  }
  writer.end_array();
}

}  // namespace penstock::app
