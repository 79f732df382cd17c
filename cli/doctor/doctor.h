// The verb `penstock doctor`.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/doctor/finding.h"
#include "cli/shared/command.h"

namespace penstock::cli {

void add_doctor(CLI::App& app, Context& context);

// What was found, with the name of its check.
using Diagnosis = std::vector<std::pair<std::string, Finding>>;

Verdict worst_of(const Diagnosis& diagnosis);
void append_diagnosis_text(const Diagnosis& diagnosis, std::string& out);
void append_diagnosis_json(const Diagnosis& diagnosis, std::string& out);

}  // namespace penstock::cli
