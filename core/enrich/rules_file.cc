#include "enrich/rules_file.h"

#include <yaml-cpp/yaml.h>

namespace penstock::enrich {
namespace {

std::string text_of(const YAML::Node& node) { return node ? node.as<std::string>() : ""; }

std::vector<Rule> read_section(const YAML::Node& section, const char* replacement) {
  std::vector<Rule> rules;
  rules.reserve(section.size());
  for (const YAML::Node& item : section) {
    rules.push_back({item["regex"].as<std::string>(), text_of(item[replacement]),
                     text_of(item["regex_flag"]) == "i"});
  }
  return rules;
}

}  // namespace

// The one place where a library's exceptions end.
Result<RulesFile> read_rules(const std::string& path) {
  try {
    const YAML::Node root = YAML::LoadFile(path);
    RulesFile file;
    file.browsers = read_section(root["user_agent_parsers"], "family_replacement");
    file.systems = read_section(root["os_parsers"], "os_replacement");
    file.devices = read_section(root["device_parsers"], "device_replacement");
    if (file.browsers.empty() || file.systems.empty()) {
      return fail(ErrorCode::kConfiguration, "read the user agent rules: no rules in the file");
    }
    return file;
  } catch (const YAML::Exception& e) {
    return fail(ErrorCode::kConfiguration, e.mark.line + 1, "read the user agent rules");
  }
}

}  // namespace penstock::enrich
