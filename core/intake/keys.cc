#include "intake/keys.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/secrets.h"
#include "event/limits.h"
#include "files/file_lock.h"
#include "files/newer_version.h"
#include "files/whole_file.h"
#include "json/reader.h"
#include "json/writer.h"

namespace penstock::intake {
namespace {

// A key has 46 characters; nothing that is longer needs hashing.
constexpr std::size_t kKeyBytesMax = 128;
constexpr std::size_t kSecretCharacters = 43;
constexpr std::size_t kSeenMax = 4096;
constexpr std::size_t kHashBytes = 64;

// Above what kKeysMax entries need; what is larger is no keys file.
constexpr std::size_t kFileBytesMax = 64u << 20;
// Of another process that changes the file at the same time: each takes milliseconds.
constexpr std::chrono::milliseconds kLockDeadline{10'000};

Result<void> read_text(json::Value& value, std::string& into) {
  const auto text = value.string();
  if (!text) return fail(text.error());
  into = *text;
  return {};
}

Result<void> read_number(json::Value& value, std::int64_t& into) {
  const auto number = value.integer();
  if (!number) return fail(number.error());
  into = *number;
  return {};
}

Result<void> read_member(std::string_view name, json::Value& value, KeyEntry& entry) {
  if (name == "id") return read_text(value, entry.id);
  if (name == "project") return read_text(value, entry.project);
  if (name == "hash") return read_text(value, entry.hash);
  if (name == "created_at") return read_number(value, entry.created_at_ms);
  if (name == "revoked_at") return read_number(value, entry.revoked_at_ms);
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

// Of an object, which a later version may have written: it says so itself.
Result<void> read_version(json::Value& root, std::int64_t& version) {
  PENSTOCK_TRY(root.members([&](std::string_view name, json::Value& member) -> Result<void> {
    return name == "version" ? read_number(member, version) : Result<void>();
  }));
  return fail(ErrorCode::kConfiguration, "the keys file is no list");
}

std::string keys_text(const Keys& keys) {
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

Result<Keys> read_keys(const std::string& path) {
  Keys keys;
  auto text = files::read_whole_file(path, kFileBytesMax);
  if (!text && text.error().native == ENOENT) return keys;
  if (!text) return fail(text.error());
  if (trim(*text).empty()) return keys;
  reserve_padding(*text);

  json::Reader reader;
  std::int64_t version = kKeysVersion;
  const auto read_root = [&](json::Value& root) -> Result<void> {
    if (root.kind() == json::Kind::kObject) return read_version(root, version);
    return root.elements([&](json::Value& element) -> Result<void> {
      auto entry = read_entry(element);
      if (!entry) return fail(entry.error());
      keys.push_back(std::move(*entry));
      return {};
    });
  };
  const auto read = reader.read(*text, read_root);
  if (version > kKeysVersion) {
    return files::fail_by_newer_version("read the keys file", version, kKeysVersion);
  }
  // The reader's own failures are a request's fault elsewhere; here a person has to act.
  if (!read) return fail(ErrorCode::kConfiguration, read.error().step);
  return keys;
}

Result<void> change_keys(const std::string& path, FunctionRef<KeysChange(Keys&)> change,
                         const std::string& intake_folder) {
  const auto lock = files::FileLock::take(path + ".lock", kLockDeadline);
  if (!lock) return fail(lock.error());
  auto keys = read_keys(path);
  if (!keys) return fail(keys.error());
  const std::size_t before = keys->size();
  if (change(*keys) == KeysChange::kNone) return {};
  if (keys->size() > std::max(before, kKeysMax)) {
    return fail(ErrorCode::kExhausted, "keep more than 100000 keys");
  }
  return files::write_whole_file(path, keys_text(*keys), {.mode = 0640, .user_of = intake_folder});
}

NewKey make_key(std::string_view project, bool server_side, std::int64_t now_ms) {
  NewKey made;
  made.key = "pk_" + crypto::random_alphanumeric(kSecretCharacters);
  made.entry.hash = crypto::token_hash(made.key);
  made.entry.id = "k" + made.entry.hash.substr(0, 12);
  made.entry.project = project;
  made.entry.server_side = server_side;
  made.entry.created_at_ms = now_ms;
  return made;
}

KeyTable::KeyTable(Keys keys) {
  for (KeyEntry& key : keys) {
    std::string hash = key.hash;
    // Of one that is there twice the revoked entry counts.
    const auto [at, is_new] = by_hash_.try_emplace(std::move(hash), key);
    if (!is_new && key.is_revoked()) at->second = std::move(key);
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
