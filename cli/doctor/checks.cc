#include "cli/doctor/checks.h"

namespace penstock::cli {
namespace {

constexpr Check kChecks[] = {
    {"configuration", check_configuration},
    {"units", check_units},
    {"versions", check_versions},
    {"files", check_files},
    {"rights", check_rights},
    {"ports", check_ports},
    {"certificates", check_certificates},
    {"disk", check_disk},
    {"clock", check_clock},
    {"redis", check_redis},
    {"limits", check_limits},
    {"installation", check_installation},
};

}  // namespace

std::span<const Check> checks() { return kChecks; }

}  // namespace penstock::cli
