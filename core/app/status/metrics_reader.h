// Reads Prometheus' text format as our own programs write it: enough for `penstock status`.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::app {

class Metrics {
 public:
  Metrics() = default;
  // Lines that are no samples are passed over.
  explicit Metrics(std::string_view exposition);

  // The sum over all samples of that name; nullopt where there is none.
  std::optional<double> sum(std::string_view name) const;
  // The same of samples that carry label="value".
  std::optional<double> sum(std::string_view name, std::string_view label,
                            std::string_view value) const;
  // The samples of that name by that label's value, in their order.
  std::vector<std::pair<std::string, double>> by_label(std::string_view name,
                                                       std::string_view label) const;
  // The value of a label in the first sample of that name, "" where there is none.
  std::string label(std::string_view name, std::string_view label) const;

 private:
  struct Sample {
    std::string name;
    std::vector<std::pair<std::string, std::string>> labels;
    double value = 0;
  };
  static std::optional<Sample> parse(std::string_view line);

  std::vector<Sample> samples_;
};

}  // namespace penstock::app
