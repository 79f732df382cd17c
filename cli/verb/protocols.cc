// `penstock protocols`: what the intake speaks, and how a client is pointed here.
#include <algorithm>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "adapter/guide.h"
#include "adapter/table.h"
#include "base/text.h"
#include "cli/verb/verb.h"

namespace penstock::cli {
namespace {

constexpr std::size_t kNameColumns = 14;

std::string padded(std::string_view name) {
  std::string text(name);
  text.resize(std::max(text.size() + 1, kNameColumns), ' ');
  return text;
}

std::string list(const app::Config& config) {
  std::string out;
  for (std::size_t i = 0; i < adapter::protocols().size(); ++i) {
    const adapter::Protocol& protocol = *adapter::protocols()[i];
    out += str_cat(padded(protocol.name), protocol.guide.title,
                   config.protocols.is_on[i] ? "\n" : "  (off)\n");
  }
  return out;
}

int tell(const std::string& name) {
  for (const adapter::Protocol* protocol : adapter::protocols()) {
    if (protocol->name != name) continue;
    print(adapter::guide_of(*protocol));
    return app::kExitDone;
  }
  return failed(str_cat("there is no protocol ", name, "; `penstock protocols` lists them"));
}

}  // namespace

void add_protocols(CLI::App& app, Context& context) {
  struct Options {
    std::string name;
    bool is_markdown = false;
  };
  CLI::App* verb = add_verb(app, context, "protocols", "What the intake speaks");
  const auto options = std::make_shared<Options>();
  verb->add_option("NAME", options->name, "Tell of one: its paths, and what to set in its clients");
  verb->add_flag("--markdown", options->is_markdown, "Tell of all, as docs/protocols.md does");
  verb->callback([&context, options] {
    context.action = [options](const app::Config& config) {
      if (!options->is_markdown && !options->name.empty()) return tell(options->name);
      print(options->is_markdown ? adapter::guide() : list(config));
      return app::kExitDone;
    };
  });
}

}  // namespace penstock::cli
