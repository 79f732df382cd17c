#include "app/status/metrics_reader.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace penstock::app {
namespace {

// Takes `key="value",` from the front; false where there is no label.
bool take_label(std::string_view& rest, std::string& key, std::string& value) {
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos || equals + 1 >= rest.size() || rest[equals + 1] != '"') {
    return false;
  }
  key = rest.substr(0, equals);
  rest.remove_prefix(equals + 2);
  while (!rest.empty() && rest.front() != '"') {
    if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
    value += rest.front();
    rest.remove_prefix(1);
  }
  if (rest.empty()) return false;
  rest.remove_prefix(1);
  if (!rest.empty() && rest.front() == ',') rest.remove_prefix(1);
  return true;
}

}  // namespace

Metrics::Metrics(std::string_view exposition) {
  while (!exposition.empty()) {
    const std::size_t end = std::min(exposition.find('\n'), exposition.size());
    if (auto sample = parse(exposition.substr(0, end))) samples_.push_back(std::move(*sample));
    exposition.remove_prefix(std::min(end + 1, exposition.size()));
  }
}

std::optional<Metrics::Sample> Metrics::parse(std::string_view line) {
  if (line.empty() || line.front() == '#') return std::nullopt;
  Sample sample;
  const std::size_t name_end = line.find_first_of("{ ");
  if (name_end == std::string_view::npos) return std::nullopt;
  sample.name = line.substr(0, name_end);
  line.remove_prefix(name_end);
  if (line.front() == '{') {
    line.remove_prefix(1);
    while (!line.empty() && line.front() != '}') {
      auto& [key, value] = sample.labels.emplace_back();
      if (!take_label(line, key, value)) return std::nullopt;
    }
    if (line.empty()) return std::nullopt;
    line.remove_prefix(1);
  }
  line = trim(line);
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), sample.value);
  if (error != std::errc() || end == line.data()) return std::nullopt;
  return sample;
}

std::optional<double> Metrics::sum(std::string_view name) const {
  std::optional<double> total;
  for (const Sample& sample : samples_) {
    if (sample.name == name) total = total.value_or(0) + sample.value;
  }
  return total;
}

std::optional<double> Metrics::sum(std::string_view name, std::string_view label,
                                   std::string_view value) const {
  std::optional<double> total;
  for (const Sample& sample : samples_) {
    const bool has_label =
        std::any_of(sample.labels.begin(), sample.labels.end(),
                    [&](const auto& l) { return l.first == label && l.second == value; });
    if (sample.name == name && has_label) total = total.value_or(0) + sample.value;
  }
  return total;
}

std::vector<std::pair<std::string, double>> Metrics::by_label(std::string_view name,
                                                              std::string_view label) const {
  std::vector<std::pair<std::string, double>> values;
  for (const Sample& sample : samples_) {
    if (sample.name != name) continue;
    for (const auto& [key, value] : sample.labels) {
      if (key == label) values.emplace_back(value, sample.value);
    }
  }
  return values;
}

std::string Metrics::label(std::string_view name, std::string_view label) const {
  for (const Sample& sample : samples_) {
    if (sample.name != name) continue;
    for (const auto& [key, value] : sample.labels) {
      if (key == label) return value;
    }
  }
  return "";
}

}  // namespace penstock::app
