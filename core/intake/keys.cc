#include "intake/keys.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <unordered_map>
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

constexpr std::size_t kSecretCharacters = 43;
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

Result<void> read_texts(json::Value& value, std::vector<std::string>& into) {
  return value.elements([&](json::Value& element) -> Result<void> {
    return read_text(element, into.emplace_back());
  });
}

// The rules, and when a key with rules was revoked.
struct ReadRules {
  KeyRules rules;
  std::int64_t revoked_at_ms = 0;
  bool is_there = false;
  bool has_others = false;  // Of a newer version.
};

Result<void> read_rule(std::string_view name, json::Value& value, ReadRules& read) {
  if (name == "quota") return read_number(value, read.rules.events_a_minute);
  if (name == "origins") return read_texts(value, read.rules.origins);
  if (name == "addresses") return read_texts(value, read.rules.addresses);
  if (name == "expires_at") return read_number(value, read.rules.expires_at_ms);
  if (name == "revoked_at") return read_number(value, read.revoked_at_ms);
  read.has_others = true;
  return {};
}

Result<void> read_member(std::string_view name, json::Value& value, KeyEntry& entry,
                         ReadRules& read) {
  if (name == "id") return read_text(value, entry.id);
  if (name == "project") return read_text(value, entry.project);
  if (name == "name") return read_text(value, entry.name);
  if (name == "hash") return read_text(value, entry.hash);
  if (name == "created_at") return read_number(value, entry.created_at_ms);
  if (name == "revoked_at") return read_number(value, entry.revoked_at_ms);
  if (name == "server_side") {
    const auto truth = value.boolean();
    if (!truth) return fail(truth.error());
    entry.server_side = *truth;
  }
  if (name == "rules") {
    read.is_there = true;
    return value.members([&](std::string_view rule, json::Value& member) -> Result<void> {
      return read_rule(rule, member, read);
    });
  }
  return {};  // A newer version's member.
}

Result<KeyEntry> read_entry(json::Value& value) {
  KeyEntry entry;
  ReadRules read;
  PENSTOCK_TRY(value.members([&](std::string_view name, json::Value& member) -> Result<void> {
    return read_member(name, member, entry, read);
  }));
  if (entry.hash.size() != kHashBytes || !parse_hex(entry.hash)) {
    return fail(ErrorCode::kConfiguration, "a key's hash is not 64 hex digits");
  }
  if (entry.project.empty() || entry.project.size() > event::kProjectBytesMax) {
    return fail(ErrorCode::kConfiguration, "a key's project is empty or too long");
  }
  if (entry.name.size() > kKeyNameBytesMax) {
    return fail(ErrorCode::kConfiguration, "a key's name is too long");
  }
  PENSTOCK_TRY(settle_rules(read.rules));
  entry.rules = std::move(read.rules);
  if (read.is_there && !read.has_others) entry.revoked_at_ms = read.revoked_at_ms;
  return entry;
}

// Of an object, which a later version may have written: it says so itself.
Result<void> read_version(json::Value& root, std::int64_t& version) {
  PENSTOCK_TRY(root.members([&](std::string_view name, json::Value& member) -> Result<void> {
    return name == "version" ? read_number(member, version) : Result<void>();
  }));
  return fail(ErrorCode::kConfiguration, "the keys file is no list");
}

void write_texts(json::Writer& writer, std::string_view name,
                 const std::vector<std::string>& texts) {
  writer.key(name).begin_array();
  for (const std::string& text : texts) writer.value(text);
  writer.end_array();
}

void write_rules(json::Writer& writer, const KeyEntry& key) {
  writer.key("rules").begin_object().member("quota", key.rules.events_a_minute);
  write_texts(writer, "origins", key.rules.origins);
  write_texts(writer, "addresses", key.rules.addresses);
  writer.member("expires_at", key.rules.expires_at_ms).member("revoked_at", key.revoked_at_ms);
  writer.end_object();
}

// For those who do not know rules; never 0 then, which is valid.
std::int64_t revoked_for_all(const KeyEntry& key) {
  if (key.is_revoked() || key.rules.is_empty()) return key.revoked_at_ms;
  return std::max<std::int64_t>(key.created_at_ms, 1);
}

std::string keys_text(const Keys& keys) {
  std::string text = "[";
  for (const KeyEntry& key : keys) {
    text += text.size() == 1 ? "\n" : ",\n";
    json::Writer writer(text);
    writer.begin_object();
    writer.member("id", key.id).member("project", key.project);
    if (!key.name.empty()) writer.member("name", key.name);
    writer.member("hash", key.hash).member("server_side", key.server_side);
    writer.member("created_at", key.created_at_ms).member("revoked_at", revoked_for_all(key));
    if (!key.rules.is_empty()) write_rules(writer, key);
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

namespace {

KeyEntry entry_of(std::string_view project, std::string_view key, std::int64_t now_ms) {
  KeyEntry entry;
  entry.hash = crypto::token_hash(key);
  entry.id = "k" + entry.hash.substr(0, 12);
  entry.project = project;
  entry.created_at_ms = now_ms;
  return entry;
}

}  // namespace

NewKey make_key(std::string_view project, bool server_side, std::int64_t now_ms) {
  NewKey made;
  made.key = "pk_" + crypto::random_alphanumeric(kSecretCharacters);
  made.entry = entry_of(project, made.key, now_ms);
  made.entry.server_side = server_side;
  return made;
}

Result<KeyEntry> adopt_key(std::string_view project, std::string_view key, std::int64_t now_ms) {
  if (key.size() < kAdoptedBytesMin || key.size() > kKeyBytesMax) {
    return fail(ErrorCode::kRejected, "a key has 8 to 128 characters");
  }
  const bool is_printable =
      std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
  if (!is_printable) {
    return fail(ErrorCode::kRejected, "a key has letters, digits and signs of ASCII alone");
  }
  return entry_of(project, key, now_ms);
}

NewKey rotate_key(KeyEntry& old, std::int64_t overlap_ms, std::int64_t now_ms) {
  NewKey made = make_key(old.project, old.server_side, now_ms);
  made.entry.name = old.name;
  made.entry.rules = old.rules;
  made.entry.rules.expires_at_ms = 0;
  if (overlap_ms <= 0) {
    old.revoked_at_ms = now_ms;
  } else if (old.rules.expires_at_ms == 0 || old.rules.expires_at_ms > now_ms + overlap_ms) {
    old.rules.expires_at_ms = now_ms + overlap_ms;
  }
  return made;
}

void add_keys(Keys& keys, const Keys& others) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < keys.size(); ++i) places.try_emplace(keys[i].hash, i);
  keys.reserve(keys.size() + others.size());  // So that the texts stay where they are.
  for (const KeyEntry& other : others) {
    const auto found = places.find(other.hash);
    if (found == places.end()) {
      keys.push_back(other);
    } else if (other.is_revoked() && !keys[found->second].is_revoked()) {
      keys[found->second].revoked_at_ms = other.revoked_at_ms;
    }
  }
}

}  // namespace penstock::intake
