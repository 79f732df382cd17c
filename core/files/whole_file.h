// A file that is there whole or not at all, also after a power cut, and also in a folder whose
// owner means harm: the draft has a name that nobody can have put there before, no link is
// followed, and nothing that exists is opened for writing.
//
//   auto file = WholeFile::create(path, {.mode = 0640});
//   file->write(text);
//   file->commit();
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "base/error.h"
#include "files/descriptor.h"

namespace penstock::files {

struct WholeFileOptions {
  mode_t mode = 0640;  // Less what the umask takes.
  // As root: the file becomes that of the file before or, the first time, of the folder, so that
  // the service can read what root wrote for it; the umask takes nothing then. False: it is the
  // caller's.
  bool keeps_owner = true;
  // With keeps_owner, where the file before, or the folder, is root's: the file's user becomes the
  // owner of this folder, if there is one. For a file that a service reads in a folder of root's.
  std::string user_of = {};
};

class WholeFile {
 public:
  // Begins a draft in the folder of `path`.
  static Result<WholeFile> create(const std::string& path, const WholeFileOptions& options);
  WholeFile(WholeFile&& other) noexcept;
  WholeFile& operator=(WholeFile&&) = delete;
  // Without commit() the draft goes, and what was under the name stays.
  ~WholeFile();

  Result<void> write(std::string_view bytes);

  // Syncs the draft, gives it its name and syncs the folder. Where only the last fails the file has
  // its name but may lose it with the power. At most once.
  Result<void> commit();

 private:
  WholeFile(Descriptor folder, std::string name);

  Descriptor folder_;
  std::string name_;
  std::string draft_;  // "" once it is gone.
  Descriptor file_;
};

// All three steps.
Result<void> write_whole_file(const std::string& path, std::string_view content,
                              const WholeFileOptions& options);

// kConfiguration with errno: ENOENT where there is none, EFBIG where it is larger than `bytes_max`,
// EINVAL for what is no regular file.
Result<std::string> read_whole_file(const std::string& path, std::size_t bytes_max);

}  // namespace penstock::files
