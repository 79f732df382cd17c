#include "intake/key_gate.h"

#include "adapter/contract/completion.h"

namespace penstock::intake {

void KeyGate::try_keys(const IntakeHeaders& headers, const http::Request& request,
                       const adapter::Protocol& protocol, Admission& admission) {
  if (may_have_key(headers, request.query)) {
    for (const std::string_view key : keys_of(headers, request.query, key_scratch_)) {
      admission.try_key(key);
    }
  }
  const auto own_key = protocol.own_key;
  if (own_key != nullptr) admission.try_key(own_key(request, own_key_scratch_));
}

std::optional<adapter::ReadOutcome> KeyGate::refusal_of(const Admission& admission) {
  using enum Admission::Verdict;
  const Admission::Verdict verdict = admission.verdict();
  if (verdict == kAdmitted) return std::nullopt;
  counters_.refused_keys[static_cast<std::size_t>(verdict) - 1].add();
  switch (verdict) {
    case kAdmitted:
    case kUnknown:
      break;
    case kRevoked:
      return adapter::refusal(401, "revoked_key", "the key was revoked");
    case kExpired:
      return adapter::refusal(401, "expired_key", "the key has expired");
    case kMissing:
      return adapter::refusal(401, "missing_key",
                              "send a key: Authorization: Bearer, X-Penstock-Key or ?key=");
    case kOrigin:
      return adapter::refusal(403, "origin_refused", "the key is not for pages of this origin");
    case kAddress:
      return adapter::refusal(403, "address_refused", "the key is not for this address");
    case kQuota: {
      auto refused =
          adapter::refusal(429, "over_quota", "the key's events of a minute are used up");
      refused.retry_after_s = admission.wait_s();
      return refused;
    }
  }
  note_unknown(admission, UnknownKeys::Fate::kRefused, 1);
  return adapter::refusal(401, "unknown_key", "the key is unknown");
}

void KeyGate::note_unknown(const Admission& admission, UnknownKeys::Fate fate,
                           std::uint64_t events) {
  if (unknown_keys_ == nullptr || admission.unknown().is_none()) return;
  unknown_keys_->note(admission.unknown(), fate, events, clock_.wall_ms());
}

}  // namespace penstock::intake
