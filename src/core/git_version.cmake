# Writes OUTPUT with the commit of SOURCE_DIR, at build time and only if it changed.
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND git -C ${SOURCE_DIR} describe --always --dirty --abbrev=12 --exclude=*
                OUTPUT_VARIABLE hash OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
# Two programs built from one commit with different changes are two programs: the changes have a hash, too.
if(hash MATCHES "-dirty$")
  execute_process(COMMAND git -C ${SOURCE_DIR} diff HEAD -- include src CMakeLists.txt OUTPUT_VARIABLE changes ERROR_QUIET)
  string(SHA1 changes "${changes}")
  string(SUBSTRING ${changes} 0 8 changes)
  string(APPEND hash "-${changes}")
endif()
if(NOT hash)
  set(hash unknown)
endif()
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#define MUTAUSCAN_GIT_HASH \"${hash}\"\n")
