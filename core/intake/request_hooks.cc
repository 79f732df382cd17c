#include "intake/request_hooks.h"

#include <algorithm>

namespace penstock::intake {

const adapter::Hook* RequestHooks::find(std::string_view name) const {
  const auto found = std::find_if(hooks_.begin(), hooks_.end(),
                                  [&](const adapter::Hook& hook) { return hook.name == name; });
  return found == hooks_.end() ? nullptr : &*found;
}

void RequestHooks::admit(const adapter::Hook& hook) {
  if (!hook.project.empty()) admission_.vouch_for(hook.project);
}

}  // namespace penstock::intake
