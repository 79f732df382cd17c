// Who may send events, and to which project: the keys file.
//
// keys.json, mode 0640: [{"id":…,"project":…,"hash":…,"server_side":…,"created_at":…,
// "revoked_at":…}]. A key is "pk_" and 43 letters and digits (256 random bits; some SDKs stop at
// other characters, which older keys have), shown once; the file holds only its BLAKE2b-256 hash in
// hex.
//
// A list is version 1, and new members of a key need no other. A later one is an object with a
// member "version": it is refused by this one.
//
// A revoked key keeps its entry for good: what is no longer known would be taken as a stranger's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"

namespace penstock::intake {

struct KeyEntry {
  std::string id;  // "k1f3…": the hash's first 12 hex digits. For lists and revocation.
  std::string project;
  std::string hash;  // 64 hex digits.
  bool server_side = false;
  std::int64_t created_at_ms = 0;
  std::int64_t revoked_at_ms = 0;  // 0: valid.

  bool is_revoked() const { return revoked_at_ms != 0; }
};

using Keys = std::vector<KeyEntry>;

// Revoked ones included. Far above what any installation has, and a file that is read in a second.
inline constexpr std::size_t kKeysMax = 100'000;

inline constexpr std::int64_t kKeysVersion = 1;

// The file's whole content. An absent file is an empty list. kConfiguration for a broken one and,
// by newer version, for one that says it is of a later one.
Result<Keys> read_keys(const std::string& path);

// Hands the file's content to `change` and replaces the file by what it leaves, in one rename,
// synced; where it answers kNone nothing is written. Others that change the file meanwhile wait
// (PATH.lock), so that no change is lost. kExhausted where more than kKeysMax would be left. Root
// leaves the file to the owner of the file before or, the first time, of the folder or, where that
// is root's, of `intake_folder`: the intake must be able to read what `penstock key create` wrote.
enum class KeysChange : std::uint8_t { kNone, kMade };
Result<void> change_keys(const std::string& path, FunctionRef<KeysChange(Keys&)> change,
                         const std::string& intake_folder = "");

struct NewKey {
  std::string key;  // The secret: show it once.
  KeyEntry entry;
};
NewKey make_key(std::string_view project, bool server_side, std::int64_t now_ms);

// What the intake asks for each request. One a reactor; remembers hashes of keys it has seen, in a
// bounded table, so that a busy key is hashed once.
class KeyTable {
 public:
  explicit KeyTable(Keys keys);
  KeyTable(KeyTable&&) = default;
  KeyTable& operator=(KeyTable&&) = default;

  // Nullptr for a key that is unknown; is_revoked() is for the caller to look at. The entry is the
  // table's.
  const KeyEntry* find(std::string_view key);

 private:
  // Lets a view be looked up without making a string of it.
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
  };
  template <class Value>
  using TextMap = std::unordered_map<std::string, Value, TextHash, std::equal_to<>>;

  TextMap<KeyEntry> by_hash_;
  TextMap<const KeyEntry*> seen_;
};

}  // namespace penstock::intake
