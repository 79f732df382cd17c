#include "intake/keys.h"

#include <cerrno>
#include <memory>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/secrets.h"
#include "event/limits.h"
#include "json/reader.h"
#include "json/writer.h"

namespace penstock::intake {
namespace {

// A key has 46 characters; nothing that is longer needs hashing.
constexpr std::size_t kKeyBytesMax = 128;
constexpr std::size_t kSeenMax = 4096;
constexpr std::size_t kHashBytes = 64;

class File {
 public:
  File(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  int get() const { return fd_; }

 private:
  int fd_;
};

Result<std::string> read_file(const std::string& path) {
  const File file(path, O_RDONLY);
  if (file.get() < 0) {
    if (errno == ENOENT) return std::string();
    return fail(ErrorCode::kConfiguration, errno, "open the keys file");
  }
  std::string text;
  char bytes[16'384];
  for (;;) {
    const ssize_t count = ::read(file.get(), bytes, sizeof bytes);
    if (count == 0) break;
    if (count < 0) return fail(ErrorCode::kConfiguration, errno, "read the keys file");
    text.append(bytes, static_cast<std::size_t>(count));
  }
  reserve_padding(text);
  return text;
}

Result<void> read_text(json::Value& value, std::string& into) {
  const auto text = value.string();
  if (!text) return fail(text.error());
  into = *text;
  return {};
}

Result<void> read_time(json::Value& value, std::int64_t& into) {
  const auto number = value.integer();
  if (!number) return fail(number.error());
  into = *number;
  return {};
}

Result<void> read_member(std::string_view name, json::Value& value, KeyEntry& entry) {
  if (name == "id") return read_text(value, entry.id);
  if (name == "project") return read_text(value, entry.project);
  if (name == "hash") return read_text(value, entry.hash);
  if (name == "created_at") return read_time(value, entry.created_at_ms);
  if (name == "revoked_at") return read_time(value, entry.revoked_at_ms);
  if (name == "server_side") {
    const auto truth = value.boolean();
    if (!truth) return fail(truth.error());
    entry.server_side = *truth;
  }
  return {};  // A newer version's member.
}

Result<KeyEntry> read_entry(json::Value& value) {
  KeyEntry entry;
  PENSTOCK_TRY(value.members([&](std::string_view name, json::Value& member) -> Result<void> {
    return read_member(name, member, entry);
  }));
  if (entry.hash.size() != kHashBytes || !parse_hex(entry.hash)) {
    return fail(ErrorCode::kConfiguration, "a key's hash is not 64 hex digits");
  }
  if (entry.project.empty() || entry.project.size() > event::kProjectBytesMax) {
    return fail(ErrorCode::kConfiguration, "a key's project is empty or too long");
  }
  return entry;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void keep_owner(int fd, const std::string& path) {
  if (::geteuid() != 0) return;
  struct stat before {};
  if (::stat(path.c_str(), &before) != 0 && ::stat(folder_of(path).c_str(), &before) != 0) return;
  if (::fchown(fd, before.st_uid, before.st_gid) != 0) return;  // Root's file then, still valid.
}

Result<void> write_synced(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0) return fail(ErrorCode::kExhausted, errno, "write the keys file");
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fsync(fd) != 0) return fail(ErrorCode::kExhausted, errno, "sync the keys file");
  return {};
}

std::string keys_text(const std::vector<KeyEntry>& keys) {
  std::string text = "[";
  for (const KeyEntry& key : keys) {
    text += text.size() == 1 ? "\n" : ",\n";
    json::Writer writer(text);
    writer.begin_object();
    writer.member("id", key.id).member("project", key.project).member("hash", key.hash);
    writer.member("server_side", key.server_side).member("created_at", key.created_at_ms);
    writer.member("revoked_at", key.revoked_at_ms);
    writer.end_object();
  }
  return text + "\n]\n";
}

}  // namespace

Result<std::vector<KeyEntry>> read_keys(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return fail(text.error());
  std::vector<KeyEntry> keys;
  if (trim(*text).empty()) return keys;

  json::Reader reader;
  const auto read_root = [&](json::Value& root) -> Result<void> {
    return root.elements([&](json::Value& element) -> Result<void> {
      auto entry = read_entry(element);
      if (!entry) return fail(entry.error());
      keys.push_back(std::move(*entry));
      return {};
    });
  };
  if (const auto read = reader.read(*text, read_root); !read) {
    // The reader's own failures are a request's fault elsewhere; here a person has to act.
    return fail(ErrorCode::kConfiguration, read.error().native, read.error().step);
  }
  return keys;
}

Result<void> write_keys(const std::string& path, const std::vector<KeyEntry>& keys) {
  const std::string fresh = str_cat(path, ".", ::getpid(), ".new");
  {
    const File file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
    if (file.get() < 0) return fail(ErrorCode::kConfiguration, errno, "create the keys file");
    keep_owner(file.get(), path);
    if (const auto written = write_synced(file.get(), keys_text(keys)); !written) {
      ::unlink(fresh.c_str());
      return fail(written.error());
    }
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(fresh.c_str());
    return fail(ErrorCode::kConfiguration, error, "replace the keys file");
  }
  const File folder(folder_of(path), O_RDONLY | O_DIRECTORY);
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) {
    return fail(ErrorCode::kExhausted, errno, "sync the keys file's folder");
  }
  return {};
}

NewKey make_key(std::string_view project, bool server_side, std::int64_t now_ms) {
  NewKey made;
  made.key = "pk_" + crypto::random_token(32);
  made.entry.hash = crypto::token_hash(made.key);
  made.entry.id = "k" + made.entry.hash.substr(0, 12);
  made.entry.project = project;
  made.entry.server_side = server_side;
  made.entry.created_at_ms = now_ms;
  return made;
}

KeyTable::KeyTable(std::vector<KeyEntry> keys) {
  for (KeyEntry& key : keys) {
    if (key.revoked_at_ms != 0) continue;
    std::string hash = key.hash;
    by_hash_.emplace(std::move(hash), std::move(key));
  }
}

const KeyEntry* KeyTable::find(std::string_view key) {
  if (by_hash_.empty() || key.empty() || key.size() > kKeyBytesMax) return nullptr;
  if (const auto seen = seen_.find(key); seen != seen_.end()) return seen->second;

  const auto found = by_hash_.find(crypto::token_hash(key));
  if (found == by_hash_.end()) return nullptr;  // Not remembered: strangers could fill the table.
  if (seen_.size() >= kSeenMax) seen_.clear();
  seen_.emplace(key, &found->second);
  return &found->second;
}

}  // namespace penstock::intake
