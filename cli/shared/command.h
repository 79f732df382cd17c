// What all verbs of the `penstock` program share. Each verb adds its options to the parser and
// leaves an action behind; run() reads the configuration and calls it.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/command_line.h"
#include "app/config/config.h"
#include "base/error.h"

namespace CLI {
class App;
}

namespace penstock::cli {

struct Context {
  app::CommonOptions common;
  std::string data_dir;          // --data; "" where it was not given.
  std::string default_data_dir;  // Of the verb, where no source names a state directory.
  std::function<int(const app::Config&)> action;
  // Of a verb that tells faults of the configuration in its own way; its exit code.
  std::function<int(const std::vector<app::Fault>&)> on_faults;
};

// Adds one verb: its options, and what to do. Borrows `context` until the action has run.
using AddVerb = void (*)(CLI::App& app, Context& context);

// The program that has these verbs; returns its exit code.
int run(std::span<const AddVerb> verbs, int argc, const char* const* argv);

// A verb with --data, which takes the common options on either side of it.
CLI::App* add_verb(CLI::App& app, Context& context, const std::string& name,
                   const std::string& description);

// Runs `work` in a folder that has to be there and readable; says why it is not otherwise, with
// `what` it is. Where we are root and the folder is another's, as its owner: see OwnerIdentity.
int in_folder(const std::string& what, const std::string& folder, const std::function<int()>& work);
// The same for the state directory.
int in_state(const app::Config& config, const std::function<int()>& work);
// The same for one part of it, such as the store's folder: as root as that folder's owner or, where
// it is not there, the state directory's. For what a part's program could not do elsewhere.
int in_part(const app::Config& config, const std::string& part, const std::function<int()>& work);
// A folder below it that is made once there is something to keep: true where it is not there yet,
// or readable. False with a sentence.
bool is_readable_or_absent(const std::string& what, const std::string& folder);

// The same where there has to be one already; `maker` is the program that makes it.
bool is_readable(const std::string& what, const std::string& folder, std::string_view maker);

// "" or, where `error` is a lack of rights, who may look into `folder`: "; root may, and members of
// group penstock".
std::string who_may(const std::string& folder, const Error& error);

// Whether there is nothing under the name: what cannot be looked at is not absent.
bool is_absent(const std::string& path);

// Writes to standard output now. False where that is not possible; run() tells it, and exits
// with 1.
bool print(const std::string& text);

// Prints "penstock: what" to standard error and returns the exit code for a failure at run time.
int failed(const std::string& what);

// Where `penstock up` keeps everything unless told otherwise, in the current folder.
inline constexpr const char* kTrialFolder = "penstock-data";
// The state directory of somebody who names none: `standard` or, where that is not there, the trial
// that was started in the current folder.
std::string state_without_a_name(const std::string& standard);

}  // namespace penstock::cli
