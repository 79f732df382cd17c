// The keys of the intake: root's file (ingest.keys_file) and the console's, read anew as soon as
// one of them changes, without a reload.
//
// A file that cannot be read, or is a newer version's, leaves the keys that were read of it before;
// that is logged, and tried again when it changes. So a console that breaks its file keeps no
// intake from starting.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

#include "app/config/config.h"
#include "base/counters.h"
#include "files/look.h"
#include "intake/keys.h"
#include "io/loop.h"
#include "io/timer.h"
#include "json/writer.h"

namespace penstock::app {

class KeysWatch {
 public:
  // Calls `on_changed` with the keys of both files where one has changed, but not from within
  // take(). Borrows `loop`.
  KeysWatch(io::Loop& loop, std::function<void(const intake::Keys& all)> on_changed);

  // Both files' keys, and from now on what becomes of them. `roots` are those of the first file as
  // they were read just now.
  intake::Keys take(const Config& config, intake::Keys roots);

  void append_metrics(std::string& out) const;
  // Of each file how many keys are in use, and whether it can be read.
  void write_files(json::Writer& writer) const;

 private:
  struct File {
    std::string path;
    files::Look look;
    intake::Keys keys;
    bool is_faulty = false;
  };
  // Where it has changed since; true where other keys came of it.
  bool read(File& file);
  intake::Keys all() const;
  void look();

  const std::function<void(const intake::Keys&)> on_changed_;
  std::array<File, 2> files_;
  std::uint64_t faults_ = 0;
  io::Timer timer_;
};

}  // namespace penstock::app
