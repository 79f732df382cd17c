#include "cli/doctor/doctor.h"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>

#include "base/text.h"
#include "cli/doctor/checks.h"
#include "json/writer.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kNameColumns = 15;

const char* word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kWarn:
      return "warn";
    case Verdict::kFail:
      return "fail";
  }
  return "";
}

void append_padded(std::string& out, std::string_view text, std::size_t columns) {
  out += text;
  out.append(text.size() < columns ? columns - text.size() : 1, ' ');
}

Diagnosis diagnose(const Examined& examined) {
  Diagnosis diagnosis;
  for (const Check& check : checks()) {
    Findings findings;
    check.look(examined, findings);
    for (const Finding& finding : findings.list()) diagnosis.emplace_back(check.name, finding);
  }
  return diagnosis;
}

int tell(const Diagnosis& diagnosis, bool is_json) {
  std::string out;
  if (is_json) {
    append_diagnosis_json(diagnosis, out);
  } else {
    append_diagnosis_text(diagnosis, out);
  }
  print(out);
  return worst_of(diagnosis) == Verdict::kFail ? app::kExitFailed : app::kExitDone;
}

// Nothing else can be looked at by settings that are wrong.
int tell_faults(const std::vector<app::Fault>& faults, bool is_json) {
  Diagnosis diagnosis;
  for (const app::Fault& fault : faults) {
    diagnosis.emplace_back("configuration", Finding{Verdict::kFail, fault.what, fault.where,
                                                    "correct it; the rest is looked at then"});
  }
  tell(diagnosis, is_json);
  return app::kExitUsage;
}

}  // namespace

Verdict worst_of(const Diagnosis& diagnosis) {
  Verdict worst = Verdict::kOk;
  for (const auto& [name, finding] : diagnosis) worst = std::max(worst, finding.verdict);
  return worst;
}

void append_diagnosis_text(const Diagnosis& diagnosis, std::string& out) {
  std::size_t counts[3] = {};
  for (const auto& [name, finding] : diagnosis) {
    ++counts[static_cast<std::size_t>(finding.verdict)];
    append_padded(out, word_of(finding.verdict), 6);
    append_padded(out, name, kNameColumns);
    if (!finding.where.empty()) out += str_cat(finding.where, ": ");
    out += str_cat(finding.what, "\n");
    if (!finding.todo.empty()) out += str_cat("      → ", finding.todo, "\n");
  }
  out += str_cat(counts[0], " ok, ", counts[1], " to look at, ", counts[2], " wrong\n");
}

void append_diagnosis_json(const Diagnosis& diagnosis, std::string& out) {
  json::Writer writer(out);
  writer.begin_object().member("verdict", word_of(worst_of(diagnosis))).key("checks").begin_array();
  for (const auto& [name, finding] : diagnosis) {
    writer.begin_object()
        .member("check", name)
        .member("verdict", word_of(finding.verdict))
        .member("what", finding.what)
        .member("where", finding.where)
        .member("todo", finding.todo)
        .end_object();
  }
  writer.end_array().end_object();
  out += '\n';
}

void add_doctor(CLI::App& app, Context& context) {
  CLI::App* verb = add_verb(app, context, "doctor",
                            "See whether this machine suits Penstock, and what to do; 1 if not");
  const auto is_json = std::make_shared<bool>(false);
  verb->add_flag("--json", *is_json, "One JSON object");
  verb->callback([&context, is_json] {
    context.on_faults = [is_json](const std::vector<app::Fault>& faults) {
      return tell_faults(faults, *is_json);
    };
    context.action = [&context, is_json](const app::Config& config) {
      const SystemClock clock;
      return tell(diagnose({config, clock, app::sources_of(context.common)}), *is_json);
    };
  });
}

}  // namespace penstock::cli
