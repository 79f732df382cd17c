// Whether a request's events are taken, and into which project, by the keys that it names.
//
// The first known key decides: SDKs, proxies and pages put tokens of their own where a key may
// stand, which must not hide the key behind them. A revoked one ends the request wherever it
// stands.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "adapter/contract/adapter.h"
#include "intake/keys.h"
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
    kMissing,  // These three: 401.
    kUnknown,
    kRevoked,
  };

  // Borrows all. Sets the origin's project with its rules, and whether its key is server-side.
  Admission(KeyTable& table, bool requires_key, const FingerprintSettings& fingerprints,
            adapter::Origin& origin);

  // A key of the request's, besides its body. "" is none.
  void try_key(std::string_view key);

  // A key in the body: that of the events behind it, whatever the request's keys said. What is
  // unknown leaves them to the request's. False: the events are refused.
  bool try_body_key(std::string_view key);

  // A sender that has shown who it is without a key: as with a server-side key of the project,
  // unless the request has a known key. Borrows the text, as the origin does.
  void vouch_for(std::string_view project);

  Verdict verdict() const;
  // How the key begins under which events are taken, or refused, as nobody's. None of a known one.
  KeyPrefix unknown() const { return has_known_ ? KeyPrefix() : unknown_; }

 private:
  bool take(std::string_view key);
  void open(std::string_view project, bool is_server_side);

  KeyTable& table_;
  const bool requires_key_;
  const FingerprintSettings& fingerprints_;
  adapter::Origin& origin_;
  bool has_known_ = false;
  bool has_revoked_ = false;
  KeyPrefix unknown_;  // Of the last one that was.

  // As the request's own keys left it, once a body's key has come.
  struct OfRequest {
    std::string_view project;
    bool is_server_side;
    bool has_known;
    KeyPrefix unknown;
  };
  std::optional<OfRequest> of_request_;
};

}  // namespace penstock::intake
