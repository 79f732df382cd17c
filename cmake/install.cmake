# What `cmake --install` puts where, for packages; see packaging/debian.
include(GNUInstallDirs)
find_package(PkgConfig REQUIRED)
pkg_get_variable(PENSTOCK_UNIT_DIR systemd systemdsystemunitdir)
if(NOT PENSTOCK_UNIT_DIR)
  set(PENSTOCK_UNIT_DIR /lib/systemd/system)
endif()

install(TARGETS penstock penstock-ingest penstock-worker penstock-console
        RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES packaging/man/penstock.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES packaging/man/penstock.toml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
install(FILES packaging/man/penstock-ingest.8 packaging/man/penstock-worker.8
              packaging/man/penstock-console.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
foreach(program penstock penstock-ingest penstock-worker penstock-console)
  install(FILES packaging/completion/penstock.bash RENAME ${program}
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endforeach()
install(FILES packaging/config/penstock.toml DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/penstock)
install(DIRECTORY DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/penstock/conf.d)
install(FILES packaging/apparmor/penstock DESTINATION ${CMAKE_INSTALL_SYSCONFDIR}/apparmor.d)
install(FILES core/intake/script/penstock.d.ts DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/penstock)
install(DIRECTORY packaging/prometheus packaging/grafana packaging/tls packaging/unix-sockets
              docs/edge
        DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/penstock/examples)

# The sandbox is written once and stands in each unit, where `systemctl cat` shows it.
file(READ systemd/sandbox.conf PENSTOCK_SANDBOX)
string(STRIP "${PENSTOCK_SANDBOX}" PENSTOCK_SANDBOX)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS systemd/sandbox.conf)
foreach(program penstock-ingest penstock-worker penstock-console penstock-redis)
  configure_file(systemd/${program}.service.in ${CMAKE_BINARY_DIR}/systemd/${program}.service @ONLY)
  install(FILES ${CMAKE_BINARY_DIR}/systemd/${program}.service DESTINATION ${PENSTOCK_UNIT_DIR})
endforeach()
install(FILES systemd/penstock.target systemd/penstock-ingest.socket
        DESTINATION ${PENSTOCK_UNIT_DIR})
install(FILES systemd/penstock.sysusers.conf RENAME penstock.conf DESTINATION lib/sysusers.d)
install(FILES systemd/penstock.tmpfiles.conf RENAME penstock.conf DESTINATION lib/tmpfiles.d)
