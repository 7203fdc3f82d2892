/* The system's jansson (libjansson-dev). */
#pragma once
#include <jansson.h>
