// The checks of `penstock doctor`, in the order in which they are shown.
#pragma once

#include <span>

#include "cli/doctor/finding.h"

namespace penstock::cli {

struct Check {
  const char* name;
  void (*look)(const Examined& examined, Findings& findings);
};

std::span<const Check> checks();

void check_configuration(const Examined& examined, Findings& findings);
void check_units(const Examined& examined, Findings& findings);
void check_rights(const Examined& examined, Findings& findings);
void check_ports(const Examined& examined, Findings& findings);
void check_disk(const Examined& examined, Findings& findings);
void check_certificates(const Examined& examined, Findings& findings);
void check_clock(const Examined& examined, Findings& findings);
void check_redis(const Examined& examined, Findings& findings);
void check_versions(const Examined& examined, Findings& findings);
void check_files(const Examined& examined, Findings& findings);
void check_limits(const Examined& examined, Findings& findings);
void check_installation(const Examined& examined, Findings& findings);

}  // namespace penstock::cli
