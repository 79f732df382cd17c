// The `penstock` program: one verb, one file. Each verb adds its options to the parser and leaves
// an action behind; run() reads the configuration and calls it.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/command_line.h"
#include "app/config/config.h"

namespace CLI {
class App;
}

namespace penstock::cli {

struct Context {
  app::CommonOptions common;
  std::string data_dir;          // --data; "" where it was not given.
  std::string default_data_dir;  // Of the verb, where no source names a state directory.
  std::function<int(const app::Config&)> action;
};

// The whole program; returns its exit code.
int run(int argc, const char* const* argv);

// Borrow `context` until the action has run.
void add_up(CLI::App& app, Context& context);
void add_status(CLI::App& app, Context& context);
void add_tail(CLI::App& app, Context& context);
void add_send(CLI::App& app, Context& context);
void add_export(CLI::App& app, Context& context);
void add_user(CLI::App& app, Context& context);
void add_key(CLI::App& app, Context& context);
void add_queue(CLI::App& app, Context& context);
void add_store(CLI::App& app, Context& context);

// A verb with --data, which takes the common options on either side of it.
CLI::App* add_verb(CLI::App& app, Context& context, const std::string& name,
                   const std::string& description);

// Prints "penstock: what" to standard error and returns the exit code for a failure at run time.
int failed(const std::string& what);

// Where `penstock up` keeps everything unless told otherwise, in the current folder.
inline constexpr const char* kTrialFolder = "penstock-data";

}  // namespace penstock::cli
