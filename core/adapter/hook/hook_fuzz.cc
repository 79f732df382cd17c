// Whatever is posted, to a hook that nobody knows in each sender's shape, and as signatures to one
// that is configured.
#include "adapter/contract/protocol_fuzz.h"
#include "adapter/hook/hook.h"

namespace {

using namespace penstock::adapter;

class EveryHook final : public Hooks {
 public:
  const Hook* find(std::string_view) const override { return &hook; }
  void admit(const Hook&) override {}

  Hook hook{"h", HookScheme::kGithub, "secret", "project"};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view line = text.substr(0, text.find('\n'));
  for (const std::string_view header :
       {"X-Other", "X-GitHub-Event", "Stripe-Signature", "X-Slack-Signature", "webhook-id"}) {
    ProtocolProbe probe(kHookProtocol);
    check(probe.post("/hook/x", text, {{header, line}, {"X-GitHub-Delivery", line}}));
  }
  EveryHook hooks;
  for (const HookScheme scheme :
       {HookScheme::kGithub, HookScheme::kStripe, HookScheme::kSlack, HookScheme::kSvix}) {
    hooks.hook.scheme = scheme;
    ProtocolProbe probe(kHookProtocol);
    probe.hooks = &hooks;
    check(probe.post("/hook/x", text,
                     {{"X-Hub-Signature-256", line},
                      {"Stripe-Signature", line},
                      {"X-Slack-Signature", line},
                      {"X-Slack-Request-Timestamp", line},
                      {"webhook-signature", line},
                      {"webhook-timestamp", line}}));
  }
  return 0;
}
