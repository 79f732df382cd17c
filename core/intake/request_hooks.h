// The configuration's web hooks for one request: whoever signs as one of them needs no key where
// the hook names a project.
#pragma once

#include <span>
#include <string_view>

#include "adapter/contract/hooks.h"
#include "intake/admission.h"

namespace penstock::intake {

class RequestHooks final : public adapter::Hooks {
 public:
  // Borrows both.
  RequestHooks(std::span<const adapter::Hook> hooks, Admission& admission)
      : hooks_(hooks), admission_(admission) {}

  const adapter::Hook* find(std::string_view name) const override;
  void admit(const adapter::Hook& hook) override;

 private:
  std::span<const adapter::Hook> hooks_;
  Admission& admission_;
};

}  // namespace penstock::intake
