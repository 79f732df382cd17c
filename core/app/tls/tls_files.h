// The PEM files that a section of the configuration names for its TLS listeners.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "app/config/config.h"
#include "files/look.h"
#include "tls/server_context.h"

namespace penstock::app {

tls::ServerFiles tls_files(const TlsConfig& config);

files::Look look_at(const tls::ServerFiles& files);

// Which setting of `section` names the file: "ingest.tls_key".
std::string tls_setting(std::string_view section, tls::FileFault::Which which);

// When each certificate of a section expires; what is wrong with its files instead, which is told
// by the setting that names the file. Neither where no listener speaks TLS, or where files do not
// pair, which is told elsewhere.
struct TlsLook {
  std::vector<tls::CertificateExpiry> expiries;
  std::string setting;  // "": nothing is wrong.
  std::string what;
};
TlsLook look_at_tls(std::string_view section, const TlsConfig& config);

// The same for the connections to the queue, and neither where its URL does not want TLS.
TlsLook look_at_queue_tls(const QueueConfig& config);

// For --check, a start and a reload, by the program whose files they are ("" for the command line,
// which looks at all): adds what is wrong with them to the faults. Warnings are for what works but
// is hardly meant. Credentials of the unit that are out of sight (files/credential.h) are no fault.
void check_tls_files(std::string_view program, LoadedConfig& loaded,
                     std::vector<std::string>* warnings = nullptr);

// For --check: those of the queue. A start and a reload do not ask for them, because without the
// queue there is the spool, and they are read whenever the queue is connected to.
void check_queue_files(LoadedConfig& loaded, std::vector<std::string>& warnings);

}  // namespace penstock::app
