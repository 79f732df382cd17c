// Whether a request's events are taken, and into which project, by the keys that it names.
//
// The first known key decides: SDKs, proxies and pages put tokens of their own where a key may
// stand, which must not hide the key behind them. One that is revoked, or bound to something that
// the request is not, ends the request wherever it stands.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapter/contract/adapter.h"
#include "intake/key_table.h"
#include "intake/unknown_keys.h"

namespace penstock::intake {

// Of events without a known key.
inline constexpr std::string_view kDefaultProject = "default";

// By which rules errors are grouped: errors/README.md of the adapters.
struct FingerprintSettings {
  int of_others = adapter::kFingerprintRulesFirst;
  std::map<std::string, int, std::less<>> of_projects;

  int of(std::string_view project) const {
    const auto found = of_projects.find(project);
    return found == of_projects.end() ? of_others : found->second;
  }
};

class Admission {
 public:
  enum class Verdict : std::uint8_t {
    kAdmitted,
    kMissing,  // These four: 401.
    kUnknown,
    kRevoked,
    kExpired,
    kOrigin,  // These two: 403.
    kAddress,
    kQuota,  // 429.
  };

  // Borrows all. Sets the origin's project with its rules, and whether its key is server-side.
  Admission(KeyTable& table, bool requires_key, const FingerprintSettings& fingerprints,
            adapter::Origin& origin, const Sender& sender);

  // A key of the request's, besides its body. "" is none.
  void try_key(std::string_view key);

  // A key in the body: that of the events behind it, whatever the request's keys said. What is
  // unknown leaves them to the request's. False: the events are refused.
  bool try_body_key(std::string_view key);

  // A sender that has shown who it is without a key: as with a server-side key of the project,
  // unless the request has a known key. Borrows the text, as the origin does.
  void vouch_for(std::string_view project);

  // So many events of the request have been read: those of the key that is left next, if one is.
  void note_events(std::uint64_t so_far) { so_far_ = so_far; }
  // The request's events are taken, so many in all: counted to their keys, and to the quotas.
  void count_taken(std::uint64_t events);

  Verdict verdict() const;
  bool is_ended() const { return ended_by_ != nullptr; }
  // Of a quota that is used up: when it is worth while to come again, in seconds.
  std::int64_t wait_s() const { return is_ended() ? ended_by_->wait_s(sender_.clock) : 1; }
  // How the key begins under which events are taken, or refused, as nobody's. None of a known one.
  KeyPrefix unknown() const { return has_known_ ? KeyPrefix() : unknown_; }

 private:
  bool take(std::string_view key);
  void open(std::string_view project, bool is_server_side, const KnownKey* key);
  void leave_key();

  KeyTable& table_;
  const bool requires_key_;
  const FingerprintSettings& fingerprints_;
  adapter::Origin& origin_;
  const Sender& sender_;
  bool has_known_ = false;
  const KnownKey* key_ = nullptr;  // Whose the events are; nullptr: nobody's, or a hook's.
  const KnownKey* ended_by_ = nullptr;
  KeyRefusal refusal_ = KeyRefusal::kNone;
  KeyPrefix unknown_;  // Of the last one that was.

  // As the request's own keys left it, once a body's key has come.
  struct OfRequest {
    std::string_view project;
    bool is_server_side;
    const KnownKey* key;
    bool has_known;
    KeyPrefix unknown;
  };
  std::optional<OfRequest> of_request_;

  // Of keys that a body has left behind; most have one alone.
  struct Share {
    const KnownKey* key;
    std::uint64_t events;
  };
  std::vector<Share> shares_;
  std::uint64_t shared_ = 0;  // The sum of them, those of nobody's included.
  std::uint64_t so_far_ = 0;
};

}  // namespace penstock::intake
