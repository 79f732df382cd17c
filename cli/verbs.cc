#include "cli/verbs.h"

#include "cli/doctor/doctor.h"
#include "cli/import/import.h"
#include "cli/send/send.h"
#include "cli/setup/setup.h"
#include "cli/status/status.h"
#include "cli/up/up.h"
#include "cli/verb/verb.h"

namespace penstock::cli {
namespace {

constexpr AddVerb kVerbs[] = {
    add_up,  add_status, add_tail,  add_send,  add_export, add_import,    add_user,
    add_key, add_queue,  add_store, add_setup, add_doctor, add_protocols,
};

}  // namespace

std::span<const AddVerb> verbs() { return kVerbs; }

}  // namespace penstock::cli
