/*
 * The part of every script that is the same: Windows PowerShell 2.0 (Exchange 2010) to 5.1, no alias, nothing that a console
 * formats. It asks `ShouldProcess` itself: the cmdlets of the Exchange Management Shell are proxies of a remote session, which
 * hear neither -WhatIf nor $ErrorActionPreference of the script that calls them; so each change is proved by reading it back.
 */

/** Between the data and the work: everything that the work calls. */
export const FUNCTIONS = String.raw`
$missing = '(there is none)'

function Get-Limit($Value, $Blank) {
  $text = [string]$Value
  if ($text -eq '') { return $Blank }
  if ($text -eq 'Unlimited') { return [double]::PositiveInfinity }
  return [double]$text
}

# A limit is never lowered: what is as high or higher is enough.
function Test-Enough($Change, $Present) {
  $text = [string]$Present
  if ($text -eq $missing) { return $false }
  if ($Change.Rule -eq 'create') { return $true }
  if ($Change.Rule -eq 'raise') { return ((Get-Limit $Present $Change.Blank) -ge (Get-Limit $Change.Wanted $Change.Blank)) }
  if ($text -eq [string]$Change.Wanted) { return $true }
  if ($Change.Rule -eq 'name') { return (($text -like ('*/' + $Change.Wanted)) -or ($text -like ('CN=' + $Change.Wanted + ',*'))) }
  return $false
}

function Read-Value($Change) {
  $object = & $Change.Read
  if ($Change.Pick -ne '') { $object = $object | Where-Object { $_.Name -eq $Change.Pick } }
  if ($null -eq $object) { return $missing }
  if ($Change.Rule -eq 'create') { return 'there' }
  $property = $Change.Property
  return $object.$property
}

function Format-Value($Value) {
  if ([string]$Value -eq '') { return 'not set' }
  return [string]$Value
}

function ConvertTo-Literal($Value) {
  $text = [string]$Value
  if ($text -eq '') { return '$null' }
  if ($text -match '^[0-9]{1,10}$') { return $text }
  if ($text -match '^(True|False)$') { return ('$' + $text.ToLower()) }
  return ("'" + ($text -replace "(['\u2018\u2019\u201a\u201b])", '$1$1') + "'")
}

# Written anew before each change, so that whatever ends this script, the way back is there.
function Add-Undo($Change) {
  $isMade = ($Change.Was -eq $missing) -and ($Change.Rule -ne 'create')
  if (-not $isMade) {
    $line = $Change.Undo
    if ($Change.TakesValue) {
      if (([string]$Change.Was -eq '') -and ($Change.UndoIfBlank -ne '')) { $line = $Change.UndoIfBlank }
      else { $line = $line + (ConvertTo-Literal $Change.Was) }
    }
    $what = $Change.Where + ': ' + $Change.Property + ' back to ' + (Format-Value $Change.Was)
    $script:undo = @('if ($PSCmdlet.ShouldProcess(' + (ConvertTo-Literal $what) + ')) { ' + $line + ' }') + $script:undo
  }
  foreach ($server in $Change.After) {
    if ($script:due -notcontains $server) {
      $script:due = $script:due + @($server)
      foreach ($each in $restarts) { if ($each.Server -eq $server) { $script:undoRestarts = $script:undoRestarts + @($each.Undo) } }
    }
  }
  $head = @('[CmdletBinding(SupportsShouldProcess = $true)]', 'param([switch]$Restart, [switch]$Force)')
  ($head + $script:undo + $script:undoRestarts) | Set-Content -Path (Join-Path $folder 'undo.ps1') -Encoding UTF8 -Confirm:$false
}
`.trim();

/** The work itself, over `$changes` and `$restarts`. */
export const WORK = `
# 1. Where are we?
foreach ($name in $needs) {
  if (-not (Get-Command $name -ErrorAction SilentlyContinue)) { throw ($name + ' is not known here. Run this in the Exchange Management Shell.') }
}
foreach ($server in $servers) {
  $found = Get-ExchangeServer -Identity $server
  if ([string]$found.AdminDisplayVersion -notmatch $version) {
    throw ($server + ' is "' + [string]$found.AdminDisplayVersion + '". This script was made for Exchange ' + $versionName + ': nothing was changed.')
  }
}

# 2. Read everything, and save it, before anything is changed.
foreach ($change in $changes) {
  $change.Was = Read-Value $change
  $isUnread = ([string]$change.Was -eq $missing) -and ($change.Pick -eq '')
  if (($change.Rule -eq 'raise') -and ([string]$change.Was -eq '') -and ($null -eq $change.Blank)) { $isUnread = $true }
  if ($isUnread) {
    throw ($change.Where + ': ' + $change.Property + ' could not be read: nothing was changed.')
  }
}
$folder = Join-Path (Split-Path -Parent $MyInvocation.MyCommand.Path) ($folderName + (Get-Date -Format 'yyyyMMdd-HHmmss'))
$saved = $false
$undo = @()
$undoRestarts = @()
$due = @()
$failed = 0
if ($PSCmdlet.ShouldProcess($folder, 'Save the present values')) {
  if (Test-Path $folder) { throw ($folder + ' is there already: nothing was changed.') }
  New-Item -ItemType Directory -Path $folder -Confirm:$false | Out-Null
  foreach ($change in $changes) {
    $file = Join-Path $folder $change.File
    $present = & $change.Read
    if (($null -ne $present) -and (-not (Test-Path $file))) { $present | Export-Clixml -Path $file -Confirm:$false }
  }
  $saved = $true
  Write-Output ('The present values are saved in ' + $folder)
}

# 3. Change, one value after the other, and read it back.
foreach ($change in $changes) {
  $what = $change.Where + ': ' + $change.Property
  if ($failed -gt 0) { Write-Warning ($what + ' was left as it is, because of the failure before.') }
  elseif (Test-Enough $change (Read-Value $change)) { Write-Output ($what + ' is ' + (Format-Value (Read-Value $change)) + ', which is enough: left as it is.') }
  elseif ($PSCmdlet.ShouldProcess($what, $change.Says) -and $saved) {
    try {
      Add-Undo $change
      & $change.Apply | Out-Null
      $now = Read-Value $change
      if (Test-Enough $change $now) { Write-Output ($what + ' was ' + (Format-Value $change.Was) + ', is ' + (Format-Value $now) + ' now.') }
      else { $failed = 1; Write-Warning ($what + ' is still ' + (Format-Value $now) + ' after the change.') }
    } catch {
      $failed = 1
      Write-Warning ($what + ' could not be changed: ' + [string]$_)
    }
  }
}

# 4. Restart each server's services once. Nobody is dropped unless -Restart says so, and even then it asks (-Force does not).
foreach ($service in $restarts) {
  $drops = $service.Names + ' on ' + $service.Server + ' must be restarted before the new values count. That drops ' + $service.Drops + '.'
  if ($Restart -and ($failed -eq 0)) {
    if ($PSCmdlet.ShouldProcess($service.Server, 'Restart ' + $service.Names)) {
      if ($Force -or $PSCmdlet.ShouldContinue($drops, 'Restart now?')) { & $service.Apply; Write-Output ($service.Names + ' on ' + $service.Server + ' restarted.') }
    }
  }
  elseif ($due -contains $service.Server) { Write-Warning ($drops + ' Run this script again with -Restart in a maintenance window.') }
}
if ($undo.Count -gt 0) { Write-Output ('The way back: ' + (Join-Path $folder 'undo.ps1')) }
if ($failed -gt 0) { throw 'Not everything could be changed: see the warnings above.' }
`.trim();
