/* denpa: a neural-network engine that you can see through. This header includes all the others. */
#ifndef DENPA_H
#define DENPA_H

#include <denpa/array.h>
#include <denpa/check.h>
#include <denpa/context.h>
#include <denpa/data.h>
#include <denpa/file.h>
#include <denpa/formula.h>
#include <denpa/generate.h>
#include <denpa/grad.h>
#include <denpa/graph.h>
#include <denpa/info.h>
#include <denpa/machine.h>
#include <denpa/model.h>
#include <denpa/ops.h>
#include <denpa/plan.h>
#include <denpa/random.h>
#include <denpa/status.h>
#include <denpa/survey.h>
#include <denpa/text.h>
#include <denpa/trace.h>
#include <denpa/train.h>
#include <denpa/version.h>

#endif
