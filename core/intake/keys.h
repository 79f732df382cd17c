// Who may send events, and to which project: the keys file.
//
// keys.json, mode 0640: [{"id":…,"project":…,"name":…,"hash":…,"server_side":…,"created_at":…,
// "revoked_at":…,"rules":{"quota":…,"origins":[…],"addresses":[…],"expires_at":…,
// "revoked_at":…}}]. A key is "pk_" and 43 letters and digits (256 random bits; some SDKs stop at
// other characters, which older keys have), shown once; the file holds only its BLAKE2b-256 hash in
// hex.
//
// A list is version 1, and new members of a key need no other. A later one is an object with a
// member "version": it is refused by this one.
//
// A key with rules says "revoked_at" for those who do not know rules, and its true one within them:
// a version that cannot hold it to its rules refuses it and does not let it in without. So does
// this one with a rule that it does not know.
//
// A revoked key keeps its entry for good: what is no longer known would be taken as a stranger's.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/function_ref.h"
#include "intake/key_rules.h"

namespace penstock::intake {

struct KeyEntry {
  std::string id;  // "k1f3…": the hash's first 12 hex digits. For lists and revocation.
  std::string project;
  std::string hash;  // 64 hex digits.
  bool server_side = false;
  std::int64_t created_at_ms = 0;
  std::int64_t revoked_at_ms = 0;  // 0: valid.
  std::string name;                // What it is for, in a person's words. May be "".
  KeyRules rules;

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

// How long a key may go on beside the one in its place.
inline constexpr std::int64_t kKeyOverlapHoursMax = std::int64_t{24} * 90;

// A key for the same in place of `old`, which ends after `overlap_ms`; with 0 it is revoked now.
NewKey rotate_key(KeyEntry& old, std::int64_t overlap_ms, std::int64_t now_ms);

// Puts the keys of a second file behind those of the first. One that is in both is the first's
// and, where either says so, revoked.
void add_keys(Keys& keys, const Keys& others);

// An entry for a key that somebody else has made, such as one that an SDK sends already. kRejected
// where it is too short to be a secret, too long, or has other than printable characters.
Result<KeyEntry> adopt_key(std::string_view project, std::string_view key, std::int64_t now_ms);

// Longer ones are never looked up.
inline constexpr std::size_t kKeyBytesMax = 128;
inline constexpr std::size_t kAdoptedBytesMin = 8;
inline constexpr std::size_t kKeyNameBytesMax = 80;

}  // namespace penstock::intake
