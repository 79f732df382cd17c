// Names for listening sockets on their way from process to process: which setting each is for.
//
// systemd forbids colons in a name, so "127.0.0.1:8080" is written with a bar.
#pragma once

#include <string>
#include <string_view>

namespace penstock::app {

inline constexpr std::string_view kListenSetting = "ingest.listen";
inline constexpr std::string_view kTlsListenSetting = "ingest.tls_listen";
inline constexpr std::string_view kAdminSetting = "ingest.admin_listen";

// No socket: a pipe whose other end is held by whoever else holds the sockets, for as long as it
// will serve them after us.
inline constexpr std::string_view kKeeperName = "penstock.keeper";

// No socket either: the locked file that makes the intake the one of its state directory.
inline constexpr std::string_view kStateLockName = "penstock.state_lock";

// "ingest.listen=127.0.0.1|8080".
std::string socket_name(std::string_view setting, std::string_view address);

// Whether a program of ours gave the name. Any other socket comes from a systemd socket unit.
bool is_own_name(std::string_view name);

// Whether it was for a listener that speaks TLS.
bool is_tls_name(std::string_view name);

}  // namespace penstock::app
